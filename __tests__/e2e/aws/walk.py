"""Walks over AWS's API with boto3, as an engineer's notebook does. Prints each operation that was called."""

import io
import json
import os
import time
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

called = set()
bucket, stream = os.environ["BUCKET"], os.environ["STREAM"]


def client(name):
    made = boto3.client(name, config=Config(retries={"max_attempts": 1}))
    made.meta.events.register("after-call", lambda model, **_: called.add(f"{name}:{model.name}"))
    return made


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response["Error"]
        return
    raise AssertionError(f"{code} was expected")


sts = client("sts")
account = sts.get_caller_identity()["Account"]

s3 = client("s3")
assert bucket in [one["Name"] for one in s3.list_buckets()["Buckets"]]
s3.head_bucket(Bucket=bucket)
s3.get_bucket_location(Bucket=bucket)
s3.get_bucket_versioning(Bucket=bucket)
s3.get_bucket_encryption(Bucket=bucket)
s3.get_bucket_notification_configuration(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="walk/a b+ü.txt", Body=b"hello", Metadata={"from": "boto3"}, ContentType="text/plain")
got = s3.get_object(Bucket=bucket, Key="walk/a b+ü.txt")
assert (got["Body"].read(), got["Metadata"], got["ContentType"]) == (b"hello", {"from": "boto3"}, "text/plain")
assert s3.get_object(Bucket=bucket, Key="walk/a b+ü.txt", Range="bytes=1-2")["Body"].read() == b"el"
assert s3.head_object(Bucket=bucket, Key="walk/a b+ü.txt")["ContentLength"] == 5
s3.copy_object(Bucket=bucket, Key="walk/copy", CopySource={"Bucket": bucket, "Key": "walk/a b+ü.txt"})
s3.put_object_tagging(Bucket=bucket, Key="walk/copy", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
assert s3.get_object_tagging(Bucket=bucket, Key="walk/copy")["TagSet"] == [{"Key": "a", "Value": "1"}]
s3.delete_object_tagging(Bucket=bucket, Key="walk/copy")
s3.get_object_attributes(Bucket=bucket, Key="walk/copy", ObjectAttributes=["ETag", "ObjectSize"])
refused("PreconditionFailed", s3.put_object, Bucket=bucket, Key="walk/copy", Body=b"x", IfNoneMatch="*")
refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="none")
refused("NoSuchBucket", s3.list_objects_v2, Bucket="there-is-none")
keys = [one["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="walk/", PaginationConfig={"PageSize": 1}) for one in page["Contents"]]
assert keys == ["walk/a b+ü.txt", "walk/copy"], keys
assert s3.list_objects(Bucket=bucket, Delimiter="/")["CommonPrefixes"] == [{"Prefix": "walk/"}]
s3.list_object_versions(Bucket=bucket)
big = os.urandom(20 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(big), bucket, "walk/big", Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=6 << 20))
target = io.BytesIO()
s3.download_fileobj(bucket, "walk/big", target)
assert target.getvalue() == big
upload = s3.create_multipart_upload(Bucket=bucket, Key="walk/given-up")["UploadId"]
s3.upload_part(Bucket=bucket, Key="walk/given-up", UploadId=upload, PartNumber=1, Body=b"x")
s3.upload_part_copy(Bucket=bucket, Key="walk/given-up", UploadId=upload, PartNumber=2, CopySource=f"{bucket}/walk/copy")
assert len(s3.list_parts(Bucket=bucket, Key="walk/given-up", UploadId=upload)["Parts"]) == 2
assert len(s3.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1
s3.abort_multipart_upload(Bucket=bucket, Key="walk/given-up", UploadId=upload)
url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "walk/copy"}, ExpiresIn=60)
assert urllib.request.urlopen(url).read() == b"hello"
s3.delete_object(Bucket=bucket, Key="walk/copy")
s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "walk/a b+ü.txt"}, {"Key": "walk/big"}]})
s3.create_bucket(Bucket="walk-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.delete_bucket(Bucket="walk-bucket")

kinesis = client("kinesis")
kinesis.put_record(StreamName=stream, PartitionKey="k", Data=b'{"sensor_id":"s-1","temperature":20.5}')
kinesis.put_records(StreamName=stream, Records=[{"PartitionKey": "k", "Data": b"{}"}])
iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")
assert len(kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]) >= 2
kinesis.describe_stream_summary(StreamName=stream)

glue = client("glue")
table = {
    "Name": "people",
    "TableType": "EXTERNAL_TABLE",
    "PartitionKeys": [{"Name": "dt", "Type": "string"}],
    "StorageDescriptor": {
        "Columns": [{"Name": "name", "Type": "string"}],
        "Location": f"s3://{bucket}/people/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
    },
}
glue.create_database(DatabaseInput={"Name": "walked"})
glue.update_database(Name="walked", DatabaseInput={"Name": "walked", "Description": "d"})
glue.create_table(DatabaseName="walked", TableInput=table)
glue.update_table(DatabaseName="walked", TableInput={**table, "Description": "people"})
here = {"DatabaseName": "walked", "TableName": "people"}
glue.create_partition(**here, PartitionInput={"Values": ["1"]})
glue.batch_create_partition(**here, PartitionInputList=[{"Values": ["2"]}, {"Values": ["3"]}])
glue.update_partition(**here, PartitionValueList=["3"], PartitionInput={"Values": ["4"]})
assert glue.get_partition(**here, PartitionValues=["1"])["Partition"]["Values"] == ["1"]
assert len(glue.batch_get_partition(**here, PartitionsToGet=[{"Values": ["2"]}])["Partitions"]) == 1
assert [one["Values"] for one in glue.get_partitions(**here, Expression="dt > '1'")["Partitions"]] == [["2"], ["4"]]
s3.put_object(Bucket=bucket, Key="people/dt=1/a.json", Body=b'{"name":"Ada"}\n')
assert glue.get_table(DatabaseName="walked", Name="people")["Table"]["Description"] == "people"
assert [one["Name"] for one in glue.get_tables(DatabaseName="walked")["TableList"]] == ["people"]
assert "walked" in [one["Name"] for one in glue.get_databases()["DatabaseList"]]
glue.get_database(Name="walked")
glue.get_tags(ResourceArn=f"arn:aws:glue:{glue.meta.region_name}:{account}:database/lake")

athena = client("athena")


def ask(sql, **more):
    asked = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": "walked"},
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
        **more,
    )["QueryExecutionId"]
    while True:
        execution = athena.get_query_execution(QueryExecutionId=asked)["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.05)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    rows = athena.get_query_results(QueryExecutionId=asked)["ResultSet"]["Rows"]
    return asked, [[one.get("VarCharValue") for one in row["Data"]] for row in rows], execution


asked, rows, execution = ask("SELECT name, dt FROM people WHERE dt = ?", ExecutionParameters=["'1'"])
assert rows == [["name", "dt"], ["Ada", "1"]], rows
location = execution["ResultConfiguration"]["OutputLocation"]
assert location == f"s3://{bucket}/results/{asked}.csv"
assert s3.get_object(Bucket=bucket, Key=f"results/{asked}.csv")["Body"].read() == b'"name","dt"\n"Ada","1"\n'
ask("CREATE TABLE copied AS SELECT name FROM people")
assert ask("SHOW TABLES")[1] == [["copied"], ["people"]]
athena.batch_get_query_execution(QueryExecutionIds=[asked])
athena.list_query_executions()
athena.get_query_runtime_statistics(QueryExecutionId=asked)
athena.stop_query_execution(QueryExecutionId=asked)
athena.list_work_groups()
athena.get_work_group(WorkGroup="primary")
athena.list_tags_for_resource(ResourceARN=f"arn:aws:athena:{athena.meta.region_name}:{account}:workgroup/lab")
athena.list_named_queries()
athena.create_prepared_statement(StatementName="p", WorkGroup="primary", QueryStatement="SELECT ?")
athena.update_prepared_statement(StatementName="p", WorkGroup="primary", QueryStatement="SELECT ? + 1")
assert athena.get_prepared_statement(StatementName="p", WorkGroup="primary")["PreparedStatement"]["QueryStatement"] == "SELECT ? + 1"
athena.list_prepared_statements(WorkGroup="primary")
athena.delete_prepared_statement(StatementName="p", WorkGroup="primary")
athena.list_data_catalogs()
athena.get_data_catalog(Name="AwsDataCatalog")
athena.list_databases(CatalogName="AwsDataCatalog")
athena.get_database(CatalogName="AwsDataCatalog", DatabaseName="walked")
athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="walked")
athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="walked", TableName="people")
refused("InvalidRequestException", athena.get_query_execution, QueryExecutionId="none")
refused("UnknownOperationException", athena.create_work_group, Name="w")

glue.delete_partition(**here, PartitionValues=["1"])
glue.batch_delete_partition(**here, PartitionsToDelete=[{"Values": ["2"]}])
glue.get_partition_indexes(**here)
glue.get_table_versions(DatabaseName="walked", TableName="people")
glue.delete_table(DatabaseName="walked", Name="copied")
glue.batch_delete_table(DatabaseName="walked", TablesToDelete=["people"])
glue.delete_database(Name="walked")
refused("EntityNotFoundException", glue.get_table, DatabaseName="lake", Name="none")

sqs = client("sqs")
queue = sqs.get_queue_url(QueueName="work")["QueueUrl"]
assert queue in sqs.list_queues()["QueueUrls"]
sqs.send_message(QueueUrl=queue, MessageBody="m", MessageAttributes={"a": {"DataType": "String", "StringValue": "b"}})
sqs.send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "n"}])
messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"])["Messages"]
assert [one["Body"] for one in messages] == ["m", "n"]
handle = messages[0]["ReceiptHandle"]
sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=10)
sqs.change_message_visibility_batch(QueueUrl=queue, Entries=[{"Id": "1", "ReceiptHandle": handle, "VisibilityTimeout": 10}])
sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)
sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "ReceiptHandle": messages[1]["ReceiptHandle"]}])
assert sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"] == "0"
assert sqs.list_queue_tags(QueueUrl=queue)["Tags"] == {"team": "lake"}
sqs.purge_queue(QueueUrl=queue)

sns = client("sns")
topic = sns.list_topics()["Topics"][0]["TopicArn"]
sns.publish(TopicArn=topic, Message="hot", MessageAttributes={"level": {"DataType": "String", "StringValue": "high"}})
sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": "1", "Message": "m"}])
sns.get_topic_attributes(TopicArn=topic)
assert sns.list_tags_for_resource(ResourceArn=topic)["Tags"] == [{"Key": "team", "Value": "lake"}]
sns.list_subscriptions()
sns.list_subscriptions_by_topic(TopicArn=topic)
refused("NotFound", sns.publish, TopicArn=topic + "-none", Message="m")

functions = client("lambda")
name = functions.list_functions()["Functions"][0]["FunctionName"]
functions.get_function(FunctionName=name)
functions.get_function_code_signing_config(FunctionName=name)
[version] = functions.list_versions_by_function(FunctionName=name)["Versions"]
functions.list_tags(Resource=version["FunctionArn"])
functions.get_function_configuration(FunctionName=name)
invoked = functions.invoke(FunctionName=name, Payload=json.dumps({"Records": []}), LogType="Tail")
assert invoked["StatusCode"] == 200 and "LogResult" in invoked and "FunctionError" not in invoked, invoked["Payload"].read()
mapping = functions.list_event_source_mappings()["EventSourceMappings"][0]["UUID"]
functions.update_event_source_mapping(UUID=mapping, BatchSize=50)
assert functions.get_event_source_mapping(UUID=mapping)["BatchSize"] == 50

firehose = client("firehose")
firehose.put_record(DeliveryStreamName="direct", Record={"Data": b"a\n"})
firehose.put_record_batch(DeliveryStreamName="direct", Records=[{"Data": b"b\n"}])
assert "direct" in firehose.list_delivery_streams()["DeliveryStreamNames"]
firehose.list_tags_for_delivery_stream(DeliveryStreamName="direct")
firehose.describe_delivery_stream(DeliveryStreamName="direct")

cloudwatch = client("cloudwatch")
cloudwatch.put_metric_data(Namespace="walk", MetricData=[{"MetricName": "n", "Value": 2.5}])
now = time.time()
stat = {"Metric": {"Namespace": "walk", "MetricName": "n"}, "Period": 60, "Stat": "Sum"}
data = cloudwatch.get_metric_data(MetricDataQueries=[{"Id": "n", "MetricStat": stat}], StartTime=now - 300, EndTime=now + 60)
assert data["MetricDataResults"][0]["Values"] == [2.5], data
statistics = cloudwatch.get_metric_statistics(Namespace="walk", MetricName="n", Period=60, Statistics=["Sum"], StartTime=now - 300, EndTime=now + 60)
assert statistics["Datapoints"][0]["Sum"] == 2.5
assert len(cloudwatch.list_metrics(Namespace="walk")["Metrics"]) == 1
cloudwatch.describe_alarms()
cloudwatch.list_tags_for_resource(ResourceARN=cloudwatch.describe_alarms(AlarmNames=["late"])["MetricAlarms"][0]["AlarmArn"])
cloudwatch.list_dashboards()
refused("ResourceNotFound", cloudwatch.get_dashboard, DashboardName="none")

logs = client("logs")
logs.create_log_group(logGroupName="/walk")
logs.create_log_stream(logGroupName="/walk", logStreamName="s")
logs.put_log_events(logGroupName="/walk", logStreamName="s", logEvents=[{"timestamp": int(now * 1000), "message": "m"}])
assert logs.get_log_events(logGroupName="/walk", logStreamName="s")["events"][0]["message"] == "m"
assert len(logs.filter_log_events(logGroupName="/walk", filterPattern="m")["events"]) == 1
logs.describe_log_groups()
logs.list_tags_for_resource(resourceArn=logs.describe_log_groups()["logGroups"][0]["logGroupArn"])
logs.describe_log_streams(logGroupName="/walk")

scheduler = client("scheduler")
scheduler.list_schedules()
scheduler.list_schedule_groups()
refused("ResourceNotFoundException", scheduler.get_schedule, Name="none")

kms = client("kms")
secret = kms.encrypt(KeyId="alias/lake", Plaintext=b"p", EncryptionContext={"a": "b"})["CiphertextBlob"]
assert kms.decrypt(CiphertextBlob=secret, EncryptionContext={"a": "b"})["Plaintext"] == b"p"
refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=secret)
kms.describe_key(KeyId="alias/lake")
kms.list_resource_tags(KeyId="alias/lake")
kms.list_keys()
kms.list_aliases()
kms.generate_data_key(KeyId="alias/lake", KeySpec="AES_256")
kms.generate_data_key_without_plaintext(KeyId="alias/lake", KeySpec="AES_256")

secrets = client("secretsmanager")
assert secrets.get_secret_value(SecretId="token")["SecretString"] == "s3cret"
secrets.describe_secret(SecretId="token")
secrets.list_secrets()

ssm = client("ssm")
assert ssm.get_parameter(Name="/lab/one")["Parameter"]["Value"] == "1"
ssm.get_parameters(Names=["/lab/one"])
ssm.get_parameters_by_path(Path="/lab")
ssm.describe_parameters()
ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/lab/one")

role = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/nobody", RoleSessionName="walk")["Credentials"]
sts.get_session_token()
nobody = boto3.client(
    "s3",
    aws_access_key_id=role["AccessKeyId"],
    aws_secret_access_key=role["SecretAccessKey"],
    aws_session_token=role["SessionToken"],
)
refused("AccessDenied", nobody.list_objects_v2, Bucket=bucket)

print(json.dumps(sorted(called)))
