import com.google.common.util.concurrent.ListenableFuture;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

/**
 * Puts user records with the Kinesis Producer Library, and says the sequence number of each, a line each.
 * They come by standard input, a line each: partition key, explicit hash key or `-`, and data, all in base64.
 *
 * java -cp CLASSPATH KplWriter.java HOST PORT STREAM FOLDER
 */
public class KplWriter {
  public static void main(String[] args) throws Exception {
    String host = args[0];
    long port = Long.parseLong(args[1]);
    // The library speaks TLS only, and asks STS for the account.
    KinesisProducer producer = new KinesisProducer(new KinesisProducerConfiguration()
        .setKinesisEndpoint(host).setKinesisPort(port).setStsEndpoint(host).setStsPort(port)
        .setCloudwatchEndpoint(host).setCloudwatchPort(port).setVerifyCertificate(false)
        .setRegion("us-east-1").setMetricsLevel("none").setAggregationEnabled(true).setRecordMaxBufferedTime(2_000)
        .setRecordTtl(60_000).setRequestTimeout(10_000).setLogLevel("error").setTempDirectory(args[3])
        .setCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))));
    List<ListenableFuture<UserRecordResult>> results = new ArrayList<>();
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split(" ", -1);
      String hashKey = parts[1].equals("-") ? null : text(parts[1]);
      results.add(producer.addUserRecord(args[2], text(parts[0]), hashKey, ByteBuffer.wrap(bytes(parts[2]))));
      if (results.size() > 1) continue;
      // The library asks for the stream's shards at its first record, and aggregates when it knows them.
      producer.flush();
      results.get(0).get(60, TimeUnit.SECONDS);
      Thread.sleep(3_000);
    }
    producer.flush();
    for (ListenableFuture<UserRecordResult> result : results) {
      UserRecordResult put = result.get(60, TimeUnit.SECONDS);
      System.out.println(put.getSequenceNumber());
    }
    producer.destroy();
    System.exit(0);
  }

  static byte[] bytes(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  static String text(String base64) {
    return new String(bytes(base64), StandardCharsets.UTF_8);
  }
}
