"""Calls every operation that boto3 knows and prints what each came to, a line of JSON each."""

import json
import sys
import time

import boto3
from botocore.config import Config

endpoint = sys.argv[1]
kinesis = boto3.client(
    "kinesis",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"max_attempts": 1, "mode": "standard"}),
)
arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s"
on_demand = "arn:aws:kinesis:us-east-1:000000000000:stream/d"
called = set()


def call(operation, **arguments):
    called.add(operation)
    answer = getattr(kinesis, operation)(**arguments)
    answer.pop("ResponseMetadata")
    return answer


call("create_stream", StreamName="s", ShardCount=2, Tags={"a": "1"})
kinesis.get_waiter("stream_exists").wait(StreamName="s", WaiterConfig={"Delay": 1})
call("create_stream", StreamName="d", StreamModeDetails={"StreamMode": "ON_DEMAND"})
call("describe_limits")
assert call("list_streams")["StreamNames"] == ["d", "s"]
assert call("describe_stream", StreamName="s")["StreamDescription"]["StreamARN"] == arn
assert call("describe_stream_summary", StreamARN=arn)["StreamDescriptionSummary"]["OpenShardCount"] == 2
put = call("put_record", StreamName="s", Data=b"\x00\xffone", PartitionKey="k", ExplicitHashKey="0")
assert put["ShardId"] == "shardId-000000000000"
puts = call("put_records", StreamARN=arn, Records=[{"Data": b"two", "PartitionKey": "k", "ExplicitHashKey": "1"}])
assert puts["FailedRecordCount"] == 0
iterator = call("get_shard_iterator", StreamName="s", ShardId=put["ShardId"], ShardIteratorType="TRIM_HORIZON")
records = call("get_records", ShardIterator=iterator["ShardIterator"])
assert [record["Data"] for record in records["Records"]] == [b"\x00\xffone", b"two"]
assert abs(records["Records"][0]["ApproximateArrivalTimestamp"].timestamp() - time.time()) < 60
assert records["MillisBehindLatest"] == 0
at = call(
    "get_shard_iterator",
    StreamName="s",
    ShardId=put["ShardId"],
    ShardIteratorType="AT_TIMESTAMP",
    Timestamp=records["Records"][1]["ApproximateArrivalTimestamp"],
)
assert call("get_records", ShardIterator=at["ShardIterator"])["Records"][-1]["Data"] == b"two"
assert len(call("list_shards", StreamName="s")["Shards"]) == 2
consumer = call("register_stream_consumer", StreamARN=arn, ConsumerName="c")["Consumer"]
assert call("list_stream_consumers", StreamARN=arn)["Consumers"][0]["ConsumerName"] == "c"
assert call("describe_stream_consumer", ConsumerARN=consumer["ConsumerARN"])
subscription = call(
    "subscribe_to_shard",
    ConsumerARN=consumer["ConsumerARN"],
    ShardId=put["ShardId"],
    StartingPosition={"Type": "TRIM_HORIZON"},
)
for event in subscription["EventStream"]:
    pushed = event["SubscribeToShardEvent"]
    assert [record["Data"] for record in pushed["Records"]] == [b"\x00\xffone", b"two"], pushed
    break
subscription["EventStream"].close()
call("deregister_stream_consumer", ConsumerARN=consumer["ConsumerARN"])
call("add_tags_to_stream", StreamName="s", Tags={"b": "2"})
call("remove_tags_from_stream", StreamName="s", TagKeys=["a"])
assert call("list_tags_for_stream", StreamName="s")["Tags"] == [{"Key": "b", "Value": "2"}]
call("tag_resource", ResourceARN=arn, Tags={"c": "3"})
call("untag_resource", ResourceARN=arn, TagKeys=["b"])
assert call("list_tags_for_resource", ResourceARN=arn)["Tags"] == [{"Key": "c", "Value": "3"}]
call("increase_stream_retention_period", StreamName="s", RetentionPeriodHours=8760)
call("decrease_stream_retention_period", StreamName="s", RetentionPeriodHours=24)
call("start_stream_encryption", StreamName="s", EncryptionType="KMS", KeyId="alias/aws/kinesis")
call("stop_stream_encryption", StreamName="s", EncryptionType="KMS", KeyId="alias/aws/kinesis")
call("enable_enhanced_monitoring", StreamName="s", ShardLevelMetrics=["ALL"])
call("disable_enhanced_monitoring", StreamName="s", ShardLevelMetrics=["ALL"])
call("update_max_record_size", StreamARN=arn, MaxRecordSizeInKiB=2048)
call("split_shard", StreamName="s", ShardToSplit="shardId-000000000000", NewStartingHashKey="1000")
call("merge_shards", StreamName="s", ShardToMerge="shardId-000000000002", AdjacentShardToMerge="shardId-000000000003")
assert call("update_shard_count", StreamName="s", TargetShardCount=4, ScalingType="UNIFORM_SCALING")["TargetShardCount"] == 4
ended = call("get_records", ShardIterator=iterator["ShardIterator"])
ended = call("get_records", ShardIterator=ended["NextShardIterator"])
assert "NextShardIterator" not in ended and len(ended["ChildShards"]) == 2, ended
call("put_resource_policy", ResourceARN=arn, Policy='{"Statement": []}')
assert call("get_resource_policy", ResourceARN=arn)["Policy"] == '{"Statement": []}'
call("delete_resource_policy", ResourceARN=arn)
call("describe_account_settings")
call("update_account_settings", MinimumThroughputBillingCommitment={"Status": "ENABLED"})
call("update_stream_warm_throughput", StreamARN=on_demand, WarmThroughputMiBps=8)
call("update_stream_mode", StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})
call("delete_stream", StreamName="s", EnforceConsumerDeletion=True)
kinesis.get_waiter("stream_not_exists").wait(StreamName="s", WaiterConfig={"Delay": 1})
try:
    kinesis.describe_stream(StreamName="s")
    raise AssertionError("a deleted stream is described")
except kinesis.exceptions.ResourceNotFoundException as error:
    assert error.response["Error"]["Message"] == "Stream s under account 000000000000 not found.", error
operations = {name for name in dir(kinesis) if name in kinesis.meta.method_to_api_mapping}
print(json.dumps({"called": len(called), "left out": sorted(operations - called)}))
