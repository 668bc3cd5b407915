import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.StreamIdentifier;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * Reads a stream with the Kinesis Client Library until it is killed, and says what it gets, a line each:
 * `begun SHARD`, `record SHARD SEQUENCE_NUMBER KEY DATA` and `ended SHARD`.
 *
 * java -cp CLASSPATH KclReader.java KINESIS_URL DYNAMODB_URL STREAM APPLICATION polling|fanout
 */
public class KclReader {
  static class Processor implements ShardRecordProcessor {
    private String shard;

    public void initialize(InitializationInput input) {
      shard = input.shardId();
      say("begun " + shard);
    }

    public void processRecords(ProcessRecordsInput input) {
      for (KinesisClientRecord record : input.records()) {
        byte[] data = new byte[record.data().remaining()];
        record.data().get(data);
        say(String.join(" ", "record", shard, record.sequenceNumber(), record.partitionKey(), new String(data, StandardCharsets.UTF_8)));
      }
      checkpoint(input.checkpointer());
    }

    public void leaseLost(LeaseLostInput input) {}

    public void shardEnded(ShardEndedInput input) {
      say("ended " + shard);
      checkpoint(input.checkpointer());
    }

    public void shutdownRequested(ShutdownRequestedInput input) {
      checkpoint(input.checkpointer());
    }

    private void checkpoint(RecordProcessorCheckpointer checkpointer) {
      try {
        checkpointer.checkpoint();
      } catch (ShutdownException | InvalidStateException problem) {
        say("trouble " + problem);
      }
    }
  }

  static synchronized void say(String line) {
    System.out.println(line);
  }

  public static void main(String[] args) {
    String stream = args[2], application = args[3];
    boolean fanOut = args[4].equals("fanout");
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
    KinesisAsyncClient kinesis = KinesisAsyncClient.builder().region(Region.US_EAST_1).credentialsProvider(credentials)
        .endpointOverride(URI.create(args[0]))
        .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(fanOut ? Protocol.HTTP2 : Protocol.HTTP1_1)
            .maxConcurrency(100).readTimeout(Duration.ofSeconds(40)))
        .build();
    DynamoDbAsyncClient dynamo = DynamoDbAsyncClient.builder().region(Region.US_EAST_1).credentialsProvider(credentials)
        .endpointOverride(URI.create(args[1])).build();
    // Nothing is sent there, since metrics are off.
    CloudWatchAsyncClient cloudWatch = CloudWatchAsyncClient.builder().region(Region.US_EAST_1).credentialsProvider(credentials)
        .endpointOverride(URI.create("http://127.0.0.1:9")).build();
    var tracker = new SingleStreamTracker(StreamIdentifier.singleStreamInstance(stream),
        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON));
    // A worker of the same name goes on with the leases that it had; one of another would wait two minutes for the lock.
    var configs = new ConfigsBuilder(tracker, application, kinesis, dynamo, cloudWatch, "worker", Processor::new);
    var retrieval = configs.retrievalConfig().retrievalSpecificConfig(fanOut
        ? new FanOutConfig(kinesis).streamName(stream).applicationName(application)
        : new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(250));
    var leases = configs.leaseManagementConfig().failoverTimeMillis(3000).shardSyncIntervalMillis(1000)
        .leasesRecoveryAuditorExecutionFrequencyMillis(3000).cleanupLeasesUponShardCompletion(true);
    leases.workerUtilizationAwareAssignmentConfig().disableWorkerMetrics(true);
    var coordinator = configs.coordinatorConfig().parentShardPollIntervalMillis(500).shardConsumerDispatchPollIntervalMillis(200);
    new Scheduler(configs.checkpointConfig(), coordinator, leases, configs.lifecycleConfig(),
        configs.metricsConfig().metricsFactory(new NullMetricsFactory()), configs.processorConfig(), retrieval).run();
  }
}
