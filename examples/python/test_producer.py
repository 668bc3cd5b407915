#!/usr/bin/env python3
"""Sends simulated sensor readings to a Kinesis stream with boto3.

To the runner on this machine, once `npm run local` has printed its address:

    export AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:<port> AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
    export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
    python3 examples/python/test_producer.py

To AWS: the same command, with your own credentials and no endpoint.
"""

import argparse
import json
import random
import sys
import time
from datetime import datetime, timezone

import boto3
from botocore.exceptions import BotoCoreError, ClientError

# A call takes 500 records: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
MOST_RECORDS = 500
ATTEMPTS = 8
LOCATIONS = ("warehouse-A", "warehouse-B", "warehouse-C")


def reading(sensor):
    """A reading as the schema in dataset/reading.ts wants it."""
    return {
        "sensor_id": f"sensor-{sensor:03d}",
        "temperature": round(random.gauss(22, 4), 1),
        "humidity": round(random.uniform(55, 70), 1),
        # datetime.isoformat() ends in +00:00, or in nothing without a time zone: the schema takes UTC with a Z.
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "location": LOCATIONS[sensor % len(LOCATIONS)],
    }


def record(one):
    # Firehose writes records one after the other, as they are: the newline keeps each on a line of its own in raw/.
    return {"Data": (json.dumps(one) + "\n").encode(), "PartitionKey": one["sensor_id"]}


def put(kinesis, stream, records):
    """Puts records; those that the stream refuses are put again, after a pause that doubles."""
    for attempt in range(ATTEMPTS):
        answer = kinesis.put_records(StreamName=stream, Records=records)
        if answer["FailedRecordCount"] == 0:
            return
        results = zip(records, answer["Records"])
        refused = [(one, result) for one, result in results if "ErrorCode" in result]
        records = [one for one, _ in refused]
        time.sleep(min(5, 0.1 * 2**attempt) * random.uniform(0.5, 1))
    raise RuntimeError(f"{len(records)} records were refused {ATTEMPTS} times: {refused[0][1]['ErrorMessage']}")


def send(kinesis, stream, count, sensors):
    readings = [reading(1 + at % sensors) for at in range(count)]
    for at in range(0, count, MOST_RECORDS):
        put(kinesis, stream, [record(one) for one in readings[at : at + MOST_RECORDS]])


def whole(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def main():
    parser = argparse.ArgumentParser(description="Sends simulated sensor readings to a Kinesis stream.")
    parser.add_argument("--stream", default="sensor-lake-dev-readings", help="default: %(default)s")
    parser.add_argument("--count", type=whole, default=100, help="readings to send (default: %(default)s)")
    parser.add_argument("--sensors", type=whole, default=10, help="sensors that take turns (default: %(default)s)")
    parser.add_argument("--continuous", action="store_true", help="one reading of each sensor a second, until Ctrl-C")
    flags = parser.parse_args()
    sent = 0
    try:
        kinesis = boto3.client("kinesis")
        while flags.continuous:
            send(kinesis, flags.stream, flags.sensors, flags.sensors)
            sent += flags.sensors
            time.sleep(1)
        send(kinesis, flags.stream, flags.count, flags.sensors)
        sent = flags.count
    except KeyboardInterrupt:
        pass
    except (BotoCoreError, ClientError, RuntimeError) as error:
        print(f"test_producer: {error}", file=sys.stderr)
        return 1
    print(f"Sent {sent} readings to {flags.stream}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
