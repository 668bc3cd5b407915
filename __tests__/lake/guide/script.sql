-- Databases
CREATE DATABASE IF NOT EXISTS guide COMMENT 'after the user guide' LOCATION 's3://guide-bucket/' WITH DBPROPERTIES ('creator' = 'Jane');
SHOW DATABASES;
SHOW SCHEMAS LIKE 'gu.*';
ALTER DATABASE guide SET DBPROPERTIES ('department' = 'analytics');
CREATE DATABASE guide;
-- Tables over objects that are there
CREATE EXTERNAL TABLE guide.cloudfront (`date` date, time string, location string, bytes bigint, request_ip string, method string, status int) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' LOCATION 's3://guide-bucket/cloudfront/' TBLPROPERTIES ('skip.header.line.count' = '2');
SELECT method, count(*) AS requests, sum(bytes) AS bytes FROM guide.cloudfront GROUP BY method ORDER BY method;
CREATE EXTERNAL TABLE guide.flights (yr int, carrier string, delay double) PARTITIONED BY (year string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('mapping.yr' = 'yearOf', 'ignore.malformed.json' = 'true') LOCATION 's3://guide-bucket/flights/';
SELECT count(*) FROM guide.flights;
MSCK REPAIR TABLE guide.flights;
SHOW PARTITIONS guide.flights;
SELECT carrier, avg(delay) AS delay FROM guide.flights WHERE year = '2023' GROUP BY carrier ORDER BY carrier;
ALTER TABLE guide.flights ADD IF NOT EXISTS PARTITION (year = '2025') LOCATION 's3://guide-bucket/flights-of-2025/' PARTITION (year = '2023');
SELECT year, count(*) AS n FROM guide.flights GROUP BY year ORDER BY year;
ALTER TABLE guide.flights PARTITION (year = '2025') RENAME TO PARTITION (year = '2026');
ALTER TABLE guide.flights DROP PARTITION (year = '2026');
SHOW PARTITIONS guide.flights;
SELECT * FROM guide."flights$partitions" ORDER BY 1;
CREATE EXTERNAL TABLE IF NOT EXISTS guide.people (id int, name string, born date, active boolean) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"') LOCATION 's3://guide-bucket/people/';
SELECT * FROM guide.people ORDER BY id;
CREATE EXTERNAL TABLE guide.requests (ip string, verb string, status int) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe' WITH SERDEPROPERTIES ('input.regex' = '(\\S+) \"(\\w+)\" (\\d+)') LOCATION 's3://guide-bucket/requests/';
SELECT * FROM guide.requests ORDER BY ip;
CREATE EXTERNAL TABLE guide.syslog (level string, said string) ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe' WITH SERDEPROPERTIES ('input.format' = '%{LOGLEVEL:level} %{GREEDYDATA:said}') LOCATION 's3://guide-bucket/syslog/';
SELECT * FROM guide.syslog ORDER BY said;
CREATE EXTERNAL TABLE guide.hourly (n int) PARTITIONED BY (at string) ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' LOCATION 's3://guide-bucket/hourly/' TBLPROPERTIES ('projection.enabled' = 'true', 'projection.at.type' = 'date', 'projection.at.format' = 'yyyy/MM/dd/HH', 'projection.at.range' = '2024/01/15/00,2024/01/15/23', 'projection.at.interval' = '1', 'projection.at.interval.unit' = 'HOURS', 'storage.location.template' = 's3://guide-bucket/hourly/${at}/');
SELECT at, n FROM guide.hourly WHERE at >= '2024/01/15/09' ORDER BY at;
-- Looking around
SHOW TABLES IN guide;
SHOW TABLES IN guide '*l*s';
SHOW COLUMNS IN guide.people;
DESCRIBE guide.flights;
DESCRIBE guide.flights carrier;
SHOW CREATE TABLE guide.flights;
SHOW TBLPROPERTIES guide.cloudfront ('skip.header.line.count');
-- Changing tables
ALTER TABLE guide.people ADD COLUMNS (city string COMMENT 'where');
ALTER TABLE guide.people CHANGE city town varchar(20) AFTER name;
ALTER TABLE guide.people REPLACE COLUMNS (id int, name string, born date);
SHOW COLUMNS FROM people IN guide;
ALTER TABLE guide.people SET TBLPROPERTIES ('note' = 'three columns');
SHOW TBLPROPERTIES guide.people ('note');
ALTER TABLE guide.people SET LOCATION 's3://guide-bucket/nobody/';
SELECT count(*) AS n FROM guide.people;
ALTER TABLE guide.people SET LOCATION 's3://guide-bucket/people/';
-- Tables of queries
CREATE TABLE guide.delays WITH (format = 'PARQUET', write_compression = 'SNAPPY', external_location = 's3://guide-bucket/delays/', partitioned_by = ARRAY['year']) AS SELECT carrier, delay, year FROM guide.flights WHERE delay IS NOT NULL;
SHOW PARTITIONS guide.delays;
INSERT INTO guide.delays SELECT carrier, delay * 2, '2030' FROM guide.delays WHERE year = '2023';
INSERT INTO guide.delays (carrier, year) VALUES ('ZZ', '2031');
SELECT year, count(*) AS n, sum(delay) AS delay FROM guide.delays GROUP BY year ORDER BY year;
CREATE TABLE guide.as_text WITH (format = 'TEXTFILE', field_delimiter = '|', external_location = 's3://guide-bucket/as-text/') AS SELECT carrier, ARRAY[1, 2] AS list, year FROM guide.delays;
SELECT * FROM guide.as_text ORDER BY carrier, year;
CREATE TABLE guide.as_json WITH (format = 'JSON', external_location = 's3://guide-bucket/as-json/') AS SELECT carrier, MAP(ARRAY['d'], ARRAY[delay]) AS m FROM guide.delays;
SELECT carrier, m['d'] AS d FROM guide.as_json ORDER BY carrier, d;
CREATE TABLE guide.delays AS SELECT 1 AS x;
-- Views
CREATE VIEW guide.slow AS SELECT carrier, max(delay) AS worst FROM guide.delays GROUP BY carrier;
SELECT * FROM guide.slow ORDER BY carrier;
CREATE OR REPLACE VIEW guide.slow AS SELECT carrier FROM guide.delays WHERE delay > 20;
SHOW VIEWS IN guide;
SHOW CREATE VIEW guide.slow;
DESCRIBE guide.slow;
DROP VIEW guide.slow;
-- Prepared statements
PREPARE by_carrier FROM SELECT year, delay FROM guide.delays WHERE carrier = ? AND year < ? ORDER BY year;
EXECUTE by_carrier USING 'AA', '2030';
EXECUTE IMMEDIATE 'SELECT count(*) AS n FROM guide.delays WHERE year = ?' USING '2031';
DEALLOCATE PREPARE by_carrier;
-- UNLOAD
UNLOAD (SELECT carrier, year FROM guide.delays WHERE delay > 5) TO 's3://guide-bucket/unloaded/' WITH (format = 'JSON', compression = 'gzip', partitioned_by = ARRAY['year']);
CREATE EXTERNAL TABLE guide.unloaded (carrier string) PARTITIONED BY (year string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://guide-bucket/unloaded/';
MSCK REPAIR TABLE guide.unloaded;
SELECT * FROM guide.unloaded ORDER BY year;
EXPLAIN (TYPE VALIDATE) SELECT carrier FROM guide.unloaded;
-- Away again
DROP TABLE guide.unloaded;
DROP TABLE guide.unloaded;
DROP DATABASE guide;
DROP DATABASE guide CASCADE;
SHOW TABLES IN guide;
