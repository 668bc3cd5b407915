/**
 * Trino's functions: kind (s scalar, v scalar with another answer at each call, a aggregate, w window), name,
 * parameters and result. Written by generate.ts from SHOW FUNCTIONS of Trino 476.
 */
export const signatures = `
s abs(bigint) bigint
s abs(decimal(p,s)) decimal(p,s)
s abs(double) double
s abs(integer) integer
s abs(real) real
s abs(smallint) smallint
s abs(tinyint) tinyint
s acos(double) double
s all_match(array(t), function(t,boolean)) boolean
s any_match(array(t), function(t,boolean)) boolean
a any_value(t) t
a approx_distinct(boolean) bigint
a approx_distinct(boolean, double) bigint
a approx_distinct(t) bigint
a approx_distinct(t, double) bigint
a approx_distinct(unknown) bigint
a approx_distinct(unknown, double) bigint
a approx_most_frequent(bigint, bigint, bigint) map(bigint,bigint)
a approx_most_frequent(bigint, varchar, bigint) map(varchar,bigint)
a approx_percentile(bigint, array(double)) array(bigint)
a approx_percentile(bigint, double, array(double)) array(bigint)
a approx_percentile(double, array(double)) array(double)
a approx_percentile(double, double, array(double)) array(double)
a approx_percentile(real, array(double)) array(real)
a approx_percentile(real, double, array(double)) array(real)
a approx_percentile(bigint, double) bigint
a approx_percentile(bigint, double, double) bigint
a approx_percentile(bigint, double, double, double) bigint
a approx_percentile(double, double) double
a approx_percentile(double, double, double) double
a approx_percentile(double, double, double, double) double
a approx_percentile(real, double) real
a approx_percentile(real, double, double) real
a approx_percentile(real, double, double, double) real
a approx_set(bigint) hyperloglog
a approx_set(double) hyperloglog
a approx_set(varchar(x)) hyperloglog
a arbitrary(t) t
a array_agg(t) array(t)
s array_distinct(array(e)) array(e)
s array_except(array(e), array(e)) array(e)
s array_histogram(array(t)) map(t,bigint)
s array_intersect(array(e), array(e)) array(e)
s array_join(array(e), varchar) varchar
s array_join(array(e), varchar, varchar) varchar
s array_max(array(t)) t
s array_min(array(t)) t
s array_position(array(t), t) bigint
s array_remove(array(e), e) array(e)
s array_sort(array(e)) array(e)
s array_sort(array(t), function(t,t,integer)) array(t)
s array_union(array(e), array(e)) array(e)
s arrays_overlap(array(e), array(e)) boolean
s asin(double) double
s at_timezone(timestamp(p) with time zone, varchar(x)) timestamp(p) with time zone
s atan(double) double
s atan2(double, double) double
a avg(decimal(p,s)) decimal(p,s)
a avg(bigint) double
a avg(double) double
a avg(interval day to second) interval day to second
a avg(interval year to month) interval year to month
a avg(real) real
s bar(double, bigint) varchar
s bar(double, bigint, color, color) varchar
s beta_cdf(double, double, double) double
s bing_tile(integer, integer, integer) bingtile
s bing_tile(varchar) bingtile
s bing_tile_at(double, double, integer) bingtile
s bing_tile_coordinates(bingtile) row("x" integer,"y" integer)
s bing_tile_polygon(bingtile) geometry
s bing_tile_quadkey(bingtile) varchar
s bing_tile_zoom_level(bingtile) tinyint
s bing_tiles_around(double, double, integer) array(bingtile)
s bing_tiles_around(double, double, integer, double) array(bingtile)
s bit_count(bigint, bigint) bigint
s bitwise_and(bigint, bigint) bigint
a bitwise_and_agg(bigint) bigint
s bitwise_left_shift(bigint, integer) bigint
s bitwise_left_shift(integer, integer) integer
s bitwise_left_shift(smallint, integer) smallint
s bitwise_left_shift(tinyint, integer) tinyint
s bitwise_not(bigint) bigint
s bitwise_or(bigint, bigint) bigint
a bitwise_or_agg(bigint) bigint
s bitwise_right_shift(bigint, integer) bigint
s bitwise_right_shift(integer, integer) integer
s bitwise_right_shift(smallint, integer) smallint
s bitwise_right_shift(tinyint, integer) tinyint
s bitwise_right_shift_arithmetic(bigint, integer) bigint
s bitwise_right_shift_arithmetic(integer, integer) integer
s bitwise_right_shift_arithmetic(smallint, integer) smallint
s bitwise_right_shift_arithmetic(tinyint, integer) tinyint
s bitwise_xor(bigint, bigint) bigint
a bitwise_xor_agg(bigint) bigint
a bool_and(boolean) boolean
a bool_or(boolean) boolean
s cardinality(array(e)) bigint
s cardinality(hyperloglog) bigint
s cardinality(map(k,v)) bigint
s cardinality(setdigest) bigint
s cbrt(double) double
s ceil(bigint) bigint
s ceil(decimal(p,s)) decimal(rp,0)
s ceil(double) double
s ceil(integer) integer
s ceil(real) real
s ceil(smallint) smallint
s ceil(tinyint) tinyint
s ceiling(bigint) bigint
s ceiling(decimal(p,s)) decimal(rp,0)
s ceiling(double) double
s ceiling(integer) integer
s ceiling(real) real
s ceiling(smallint) smallint
s ceiling(tinyint) tinyint
s char2hexint(varchar) varchar
a checksum(t) varbinary
s chr(bigint) varchar(1)
s classify(map(bigint,double), classifier(bigint)) bigint
s classify(map(bigint,double), classifier(varchar)) varchar
s codepoint(varchar(1)) integer
s color(double, color, color) color
s color(double, double, double, color, color) color
s color(varchar(x)) color
s combinations(array(t), integer) array(array(t))
s concat(E, array(E)) array(E)
s concat(array(E)) array(E)
s concat(array(E), E) array(E)
s concat(char(x), char(y)) char(u)
s concat(varbinary) varbinary
s concat(varchar) varchar
s concat_ws(varchar, array(varchar)) varchar
s concat_ws(varchar, varchar) varchar
s contains(array(t), t) boolean
s contains(varchar, ipaddress) boolean
s contains_sequence(array(t), array(t)) boolean
a convex_hull_agg(geometry) geometry
a corr(double, double) double
a corr(real, real) real
s cos(double) double
s cosh(double) double
s cosine_distance(array(double), array(double)) double
s cosine_similarity(array(double), array(double)) double
s cosine_similarity(map(varchar,double), map(varchar,double)) double
a count() bigint
a count(t) bigint
a count_if(boolean) bigint
a covar_pop(double, double) double
a covar_pop(real, real) real
a covar_samp(double, double) double
a covar_samp(real, real) real
s crc32(varbinary) bigint
w cume_dist() double
s current_date() date
s current_groups() array(varchar)
s current_timezone() varchar
s date(timestamp(p)) date
s date(timestamp(p) with time zone) date
s date(varchar(x)) date
s date_add(varchar(x), bigint, date) date
s date_add(varchar(x), bigint, time(p)) time(p)
s date_add(varchar(x), bigint, time(p) with time zone) time(p) with time zone
s date_add(varchar(x), bigint, timestamp(p)) timestamp(p)
s date_add(varchar(x), bigint, timestamp(p) with time zone) timestamp(p) with time zone
s date_diff(varchar(x), date, date) bigint
s date_diff(varchar(x), time(p) with time zone, time(p) with time zone) bigint
s date_diff(varchar(x), time(p), time(p)) bigint
s date_diff(varchar(x), timestamp(p) with time zone, timestamp(p) with time zone) bigint
s date_diff(varchar(x), timestamp(p), timestamp(p)) bigint
s date_format(timestamp(p) with time zone, varchar(x)) varchar
s date_format(timestamp(p), varchar(x)) varchar
s date_parse(varchar(x), varchar(y)) timestamp(3)
s date_trunc(varchar(x), date) date
s date_trunc(varchar(x), time(p)) time(p)
s date_trunc(varchar(x), time(p) with time zone) time(p) with time zone
s date_trunc(varchar(x), timestamp(p)) timestamp(p)
s date_trunc(varchar(x), timestamp(p) with time zone) timestamp(p) with time zone
s day(date) bigint
s day(interval day to second) bigint
s day(timestamp(p)) bigint
s day(timestamp(p) with time zone) bigint
s day_of_month(date) bigint
s day_of_month(interval day to second) bigint
s day_of_month(timestamp(p)) bigint
s day_of_month(timestamp(p) with time zone) bigint
s day_of_week(date) bigint
s day_of_week(timestamp(p)) bigint
s day_of_week(timestamp(p) with time zone) bigint
s day_of_year(date) bigint
s day_of_year(timestamp(p)) bigint
s day_of_year(timestamp(p) with time zone) bigint
s degrees(double) double
w dense_rank() bigint
s dot_product(array(double), array(double)) double
s dow(date) bigint
s dow(timestamp(p)) bigint
s dow(timestamp(p) with time zone) bigint
s doy(date) bigint
s doy(timestamp(p)) bigint
s doy(timestamp(p) with time zone) bigint
s e() double
s element_at(map(K,V), K) V
s element_at(array(e), bigint) e
s empty_approx_set() hyperloglog
s euclidean_distance(array(double), array(double)) double
a evaluate_classifier_predictions(bigint, bigint) varchar
a evaluate_classifier_predictions(varchar(x), varchar(y)) varchar
a every(boolean) boolean
s exp(double) double
s features(double) map(bigint,double)
s features(double, double) map(bigint,double)
s features(double, double, double) map(bigint,double)
s features(double, double, double, double) map(bigint,double)
s features(double, double, double, double, double) map(bigint,double)
s features(double, double, double, double, double, double) map(bigint,double)
s features(double, double, double, double, double, double, double) map(bigint,double)
s features(double, double, double, double, double, double, double, double) map(bigint,double)
s features(double, double, double, double, double, double, double, double, double) map(bigint,double)
s features(double, double, double, double, double, double, double, double, double, double) map(bigint,double)
s filter(array(t), function(t,boolean)) array(t)
w first_value(t) t
s flatten(array(array(E))) array(E)
s floor(bigint) bigint
s floor(decimal(p,s)) decimal(rp,0)
s floor(double) double
s floor(integer) integer
s floor(real) real
s floor(smallint) smallint
s floor(tinyint) tinyint
s format_datetime(timestamp(p) with time zone, varchar(x)) varchar
s format_datetime(timestamp(p), varchar(x)) varchar
s format_number(bigint) varchar
s format_number(double) varchar
s from_base(varchar(x), bigint) bigint
s from_base32(varbinary) varbinary
s from_base32(varchar(x)) varbinary
s from_base64(varbinary) varbinary
s from_base64(varchar(x)) varbinary
s from_base64url(varbinary) varbinary
s from_base64url(varchar(x)) varbinary
s from_big_endian_32(varbinary) integer
s from_big_endian_64(varbinary) bigint
s from_encoded_polyline(varchar) geometry
s from_geojson_geometry(varchar) sphericalgeography
s from_hex(varbinary) varbinary
s from_hex(varchar(x)) varbinary
s from_ieee754_32(varbinary) real
s from_ieee754_64(varbinary) double
s from_iso8601_date(varchar(x)) date
s from_iso8601_timestamp(varchar(x)) timestamp(3) with time zone
s from_iso8601_timestamp_nanos(varchar(x)) timestamp(9) with time zone
s from_unixtime(double) timestamp(3) with time zone
s from_unixtime(double, bigint, bigint) timestamp(3) with time zone
s from_unixtime(double, varchar(x)) timestamp(3) with time zone
s from_unixtime_nanos(bigint) timestamp(9) with time zone
s from_unixtime_nanos(decimal(p,s)) timestamp(9) with time zone
s from_utf8(varbinary) varchar
s from_utf8(varbinary, bigint) varchar
s from_utf8(varbinary, varchar(x)) varchar
a geometric_mean(bigint) double
a geometric_mean(double) double
a geometric_mean(real) real
s geometry_from_hadoop_shape(varbinary) geometry
s geometry_invalid_reason(geometry) varchar
s geometry_nearest_points(geometry, geometry) row(geometry,geometry)
s geometry_to_bing_tiles(geometry, integer) array(bingtile)
s geometry_union(array(geometry)) geometry
a geometry_union_agg(geometry) geometry
s great_circle_distance(double, double, double, double) double
s greatest(E) E
s hamming_distance(varchar(x), varchar(y)) bigint
s hash_counts(setdigest) map(bigint,smallint)
a histogram(t) map(t,bigint)
s hmac_md5(varbinary, varbinary) varbinary
s hmac_sha1(varbinary, varbinary) varbinary
s hmac_sha256(varbinary, varbinary) varbinary
s hmac_sha512(varbinary, varbinary) varbinary
s hour(interval day to second) bigint
s hour(time(p)) bigint
s hour(time(p) with time zone) bigint
s hour(timestamp(p)) bigint
s hour(timestamp(p) with time zone) bigint
s human_readable_seconds(double) varchar
s index(varchar, varchar) bigint
s infinity() double
s intersection_cardinality(setdigest, setdigest) bigint
s inverse_beta_cdf(double, double, double) double
s inverse_normal_cdf(double, double, double) double
s is_finite(double) boolean
s is_infinite(double) boolean
s is_json_scalar(json) boolean
s is_json_scalar(varchar(x)) boolean
s is_nan(double) boolean
s is_nan(real) boolean
s jaccard_index(setdigest, setdigest) double
s json_array_contains(json, bigint) boolean
s json_array_contains(json, boolean) boolean
s json_array_contains(json, double) boolean
s json_array_contains(json, varchar(x)) boolean
s json_array_contains(varchar(x), bigint) boolean
s json_array_contains(varchar(x), boolean) boolean
s json_array_contains(varchar(x), double) boolean
s json_array_contains(varchar(x), varchar(y)) boolean
s json_array_get(json, bigint) json
s json_array_get(varchar(x), bigint) json
s json_array_length(json) bigint
s json_array_length(varchar(x)) bigint
s json_extract(json, jsonpath) json
s json_extract(varchar(x), jsonpath) json
s json_extract_scalar(json, jsonpath) varchar
s json_extract_scalar(varchar(x), jsonpath) varchar(x)
s json_format(json) varchar
s json_parse(varchar(x)) json
s json_size(json, jsonpath) bigint
s json_size(varchar(x), jsonpath) bigint
a kurtosis(bigint) double
a kurtosis(double) double
w lag(t) t
w lag(t, bigint) t
w lag(t, bigint, t) t
s last_day_of_month(date) date
s last_day_of_month(timestamp(p)) date
s last_day_of_month(timestamp(p) with time zone) date
w last_value(t) t
w lead(t) t
w lead(t, bigint) t
w lead(t, bigint, t) t
a learn_classifier(bigint, map(bigint,double)) classifier(bigint)
a learn_classifier(double, map(bigint,double)) classifier(bigint)
a learn_classifier(varchar, map(bigint,double)) classifier(varchar)
a learn_libsvm_classifier(bigint, map(bigint,double), varchar(x)) classifier(bigint)
a learn_libsvm_classifier(double, map(bigint,double), varchar) classifier(bigint)
a learn_libsvm_classifier(varchar, map(bigint,double), varchar) classifier(varchar)
a learn_libsvm_regressor(bigint, map(bigint,double), varchar) regressor
a learn_libsvm_regressor(double, map(bigint,double), varchar) regressor
a learn_regressor(bigint, map(bigint,double)) regressor
a learn_regressor(double, map(bigint,double)) regressor
s least(E) E
s length(char(x)) bigint
s length(varbinary) bigint
s length(varchar(x)) bigint
s levenshtein_distance(varchar(x), varchar(y)) bigint
s line_interpolate_point(geometry, double) geometry
s line_interpolate_points(geometry, double) array(geometry)
s line_locate_point(geometry, geometry) double
a listagg(varchar, varchar, boolean, varchar, boolean) varchar
s ln(double) double
s log(double, double) double
s log10(double) double
s log2(double) double
s lower(char(x)) char(x)
s lower(varchar(x)) varchar(x)
s lpad(varbinary, bigint, varbinary) varbinary
s lpad(char(x), bigint, varchar(y)) varchar
s lpad(varchar(x), bigint, varchar(y)) varchar
s ltrim(char(x)) varchar(x)
s ltrim(char(x), codepoints) varchar(x)
s ltrim(varchar(x)) varchar(x)
s ltrim(varchar(x), codepoints) varchar(x)
s luhn_check(varchar) boolean
a make_set_digest(t) setdigest
s map(array(K), array(V)) map(K,V)
s map() map(unknown,unknown)
a map_agg(k, v) map(k,v)
s map_concat(map(K,V)) map(K,V)
s map_entries(map(k,v)) array(row(k,v))
s map_filter(map(K,V), function(K,V,boolean)) map(K,V)
s map_from_entries(array(row(k,v))) map(k,v)
s map_keys(map(k,v)) array(k)
a map_union(map(k,v)) map(k,v)
s map_values(map(k,v)) array(v)
s map_zip_with(map(K,V1), map(K,V2), function(K,V1,V2,V3)) map(K,V3)
a max(e, bigint) array(e)
a max(t) t
a max_by(v, k, bigint) array(v)
a max_by(v, k) v
s md5(varbinary) varbinary
a merge(hyperloglog) hyperloglog
a merge(qdigest(v)) qdigest(v)
a merge(tdigest) tdigest
a merge_set_digest(setdigest) setdigest
s millisecond(interval day to second) bigint
s millisecond(time(p)) bigint
s millisecond(time(p) with time zone) bigint
s millisecond(timestamp(p)) bigint
s millisecond(timestamp(p) with time zone) bigint
a min(e, bigint) array(e)
a min(t) t
a min_by(v, k, bigint) array(v)
a min_by(v, k) v
s minute(interval day to second) bigint
s minute(time(p)) bigint
s minute(time(p) with time zone) bigint
s minute(timestamp(p)) bigint
s minute(timestamp(p) with time zone) bigint
s mod(bigint, bigint) bigint
s mod(decimal(a_precision,a_scale), decimal(b_precision,b_scale)) decimal(r_precision,r_scale)
s mod(double, double) double
s mod(integer, integer) integer
s mod(real, real) real
s mod(smallint, smallint) smallint
s mod(tinyint, tinyint) tinyint
s month(date) bigint
s month(interval year to month) bigint
s month(timestamp(p)) bigint
s month(timestamp(p) with time zone) bigint
a multimap_agg(k, v) map(k,array(v))
s multimap_from_entries(array(row(k,v))) map(k,array(v))
s murmur3(varbinary) varbinary
s nan() double
s ngrams(array(t), integer) array(array(t))
s none_match(array(t), function(t,boolean)) boolean
s normal_cdf(double, double, double) double
s normalize(varchar(x), varchar(y)) varchar
s now() timestamp(3) with time zone
w nth_value(t, bigint) t
w ntile(bigint) bigint
a numeric_histogram(bigint, double) map(double,double)
a numeric_histogram(bigint, double, double) map(double,double)
a numeric_histogram(bigint, real) map(real,real)
a numeric_histogram(bigint, real, double) map(real,real)
v objectid() objectid
s objectid(varchar) objectid
s objectid_timestamp(objectid) timestamp(3) with time zone
s parse_data_size(varchar(x)) decimal(38,0)
s parse_datetime(varchar(x), varchar(y)) timestamp(3) with time zone
s parse_duration(varchar(x)) interval day to second
s parse_presto_data_size(varchar(x)) decimal(38,0)
w percent_rank() double
s pi() double
s pow(double, double) double
s power(double, double) double
a qdigest_agg(bigint) qdigest(bigint)
a qdigest_agg(bigint, bigint) qdigest(bigint)
a qdigest_agg(bigint, bigint, double) qdigest(bigint)
a qdigest_agg(double) qdigest(double)
a qdigest_agg(double, bigint) qdigest(double)
a qdigest_agg(double, bigint, double) qdigest(double)
a qdigest_agg(real) qdigest(real)
a qdigest_agg(real, bigint) qdigest(real)
a qdigest_agg(real, bigint, double) qdigest(real)
s quantile_at_value(qdigest(bigint), bigint) double
s quantile_at_value(qdigest(double), double) double
s quantile_at_value(qdigest(real), real) double
s quarter(date) bigint
s quarter(timestamp(p)) bigint
s quarter(timestamp(p) with time zone) bigint
s radians(double) double
v rand(bigint) bigint
v rand(bigint, bigint) bigint
v rand() double
v rand(integer) integer
v rand(integer, integer) integer
v rand(smallint) smallint
v rand(smallint, smallint) smallint
v rand(tinyint) tinyint
v rand(tinyint, tinyint) tinyint
v random(bigint) bigint
v random(bigint, bigint) bigint
v random() double
v random(integer) integer
v random(integer, integer) integer
v random(smallint) smallint
v random(smallint, smallint) smallint
v random(tinyint) tinyint
v random(tinyint, tinyint) tinyint
w rank() bigint
s reduce(array(T), S, function(S,T,S), function(S,R)) R
a reduce_agg(T, S, function(S,T,S), function(S,S,S)) S
s regexp_count(varchar(x), joniregexp) bigint
s regexp_extract(varchar(x), joniregexp) varchar(x)
s regexp_extract(varchar(x), joniregexp, bigint) varchar(x)
s regexp_extract_all(varchar(x), joniregexp) array(varchar(x))
s regexp_extract_all(varchar(x), joniregexp, bigint) array(varchar(x))
s regexp_like(varchar(x), joniregexp) boolean
s regexp_position(varchar(x), joniregexp) integer
s regexp_position(varchar(x), joniregexp, integer) integer
s regexp_position(varchar(x), joniregexp, integer, integer) integer
s regexp_replace(varchar, joniregexp, function(array(varchar),varchar(x))) varchar
s regexp_replace(varchar(x), joniregexp) varchar(x)
s regexp_replace(varchar(x), joniregexp, varchar(y)) varchar(z)
s regexp_split(varchar(x), joniregexp) array(varchar(x))
a regr_intercept(double, double) double
a regr_intercept(real, real) real
a regr_slope(double, double) double
a regr_slope(real, real) real
s regress(map(bigint,double), regressor) double
s render(boolean) varchar(16)
s render(bigint, color) varchar(35)
s render(double, color) varchar(41)
s render(varchar(x), color) varchar(y)
s repeat(t, bigint) array(t)
s replace(varchar(x), varchar(y), varchar(z)) varchar(u)
s replace(varchar(x), varchar(y)) varchar(x)
s reverse(array(e)) array(e)
s reverse(char(x)) char(x)
s reverse(varbinary) varbinary
s reverse(varchar(x)) varchar(x)
s rgb(bigint, bigint, bigint) color
s round(bigint) bigint
s round(bigint, integer) bigint
s round(decimal(p,s)) decimal(rp,rs)
s round(decimal(p,s), integer) decimal(rp,s)
s round(double) double
s round(double, integer) double
s round(integer) integer
s round(integer, integer) integer
s round(real) real
s round(real, integer) real
s round(smallint) smallint
s round(smallint, integer) smallint
s round(tinyint) tinyint
s round(tinyint, integer) tinyint
w row_number() bigint
s rpad(varbinary, bigint, varbinary) varbinary
s rpad(varchar(x), bigint, varchar(y)) varchar
s rtrim(char(x)) varchar(x)
s rtrim(char(x), codepoints) varchar(x)
s rtrim(varchar(x)) varchar(x)
s rtrim(varchar(x), codepoints) varchar(x)
s second(interval day to second) bigint
s second(time(p)) bigint
s second(time(p) with time zone) bigint
s second(timestamp(p)) bigint
s second(timestamp(p) with time zone) bigint
s sequence(bigint, bigint) array(bigint)
s sequence(bigint, bigint, bigint) array(bigint)
s sequence(date, date) array(date)
s sequence(date, date, interval day to second) array(date)
s sequence(date, date, interval year to month) array(date)
s sequence(timestamp(p), timestamp(p), interval day to second) array(timestamp(p))
s sequence(timestamp(p), timestamp(p), interval year to month) array(timestamp(p))
s sha1(varbinary) varbinary
s sha256(varbinary) varbinary
s sha512(varbinary) varbinary
v shuffle(array(e)) array(e)
s sign(bigint) bigint
s sign(decimal(p,s)) decimal(1,0)
s sign(double) double
s sign(integer) integer
s sign(real) real
s sign(smallint) smallint
s sign(tinyint) tinyint
s simplify_geometry(geometry, double) geometry
s sin(double) double
s sinh(double) double
a skewness(bigint) double
a skewness(double) double
s slice(array(e), bigint, bigint) array(e)
s soundex(varchar) varchar(4)
a spatial_partitioning(geometry) varchar
s spatial_partitions(kdbtree, geometry) array(integer)
s spatial_partitions(kdbtree, geometry, double) array(integer)
s split(varchar(x), varchar(y)) array(varchar(x))
s split(varchar(x), varchar(y), bigint) array(varchar(x))
s split_part(varchar(x), varchar(y), bigint) varchar(x)
s split_to_map(varchar, varchar, varchar) map(varchar,varchar)
s split_to_multimap(varchar, varchar, varchar) map(varchar,array(varchar))
s spooky_hash_v2_32(varbinary) varbinary
s spooky_hash_v2_64(varbinary) varbinary
s sqrt(double) double
s st_area(geometry) double
s st_area(sphericalgeography) double
s st_asbinary(geometry) varbinary
s st_astext(geometry) varchar
s st_boundary(geometry) geometry
s st_buffer(geometry, double) geometry
s st_centroid(geometry) geometry
s st_contains(geometry, geometry) boolean
s st_convexhull(geometry) geometry
s st_coorddim(geometry) tinyint
s st_crosses(geometry, geometry) boolean
s st_difference(geometry, geometry) geometry
s st_dimension(geometry) tinyint
s st_disjoint(geometry, geometry) boolean
s st_distance(geometry, geometry) double
s st_distance(sphericalgeography, sphericalgeography) double
s st_endpoint(geometry) geometry
s st_envelope(geometry) geometry
s st_envelopeaspts(geometry) array(geometry)
s st_equals(geometry, geometry) boolean
s st_exteriorring(geometry) geometry
s st_geometries(geometry) array(geometry)
s st_geometryfromtext(varchar) geometry
s st_geometryn(geometry, integer) geometry
s st_geometrytype(geometry) varchar
s st_geomfrombinary(varbinary) geometry
s st_geomfromkml(varchar) geometry
s st_interiorringn(geometry, integer) geometry
s st_interiorrings(geometry) array(geometry)
s st_intersection(geometry, geometry) geometry
s st_intersects(geometry, geometry) boolean
s st_isclosed(geometry) boolean
s st_isempty(geometry) boolean
s st_isring(geometry) boolean
s st_issimple(geometry) boolean
s st_isvalid(geometry) boolean
s st_length(geometry) double
s st_length(sphericalgeography) double
s st_linefromtext(varchar) geometry
s st_linestring(array(geometry)) geometry
s st_multipoint(array(geometry)) geometry
s st_numgeometries(geometry) integer
s st_numinteriorring(geometry) bigint
s st_numpoints(geometry) bigint
s st_overlaps(geometry, geometry) boolean
s st_point(double, double) geometry
s st_pointn(geometry, integer) geometry
s st_points(geometry) array(geometry)
s st_polygon(varchar) geometry
s st_relate(geometry, geometry, varchar) boolean
s st_startpoint(geometry) geometry
s st_symdifference(geometry, geometry) geometry
s st_touches(geometry, geometry) boolean
s st_union(geometry, geometry) geometry
s st_within(geometry, geometry) boolean
s st_x(geometry) double
s st_xmax(geometry) double
s st_xmin(geometry) double
s st_y(geometry) double
s st_ymax(geometry) double
s st_ymin(geometry) double
s starts_with(varchar(x), varchar(y)) boolean
a stddev(bigint) double
a stddev(double) double
a stddev_pop(bigint) double
a stddev_pop(double) double
a stddev_samp(bigint) double
a stddev_samp(double) double
s strpos(varchar(x), varchar(y)) bigint
s strpos(varchar(x), varchar(y), bigint) bigint
s substr(varbinary, bigint) varbinary
s substr(varbinary, bigint, bigint) varbinary
s substr(char(x), bigint) varchar(x)
s substr(char(x), bigint, bigint) varchar(x)
s substr(varchar(x), bigint) varchar(x)
s substr(varchar(x), bigint, bigint) varchar(x)
s substring(char(x), bigint) varchar(x)
s substring(char(x), bigint, bigint) varchar(x)
s substring(varchar(x), bigint) varchar(x)
s substring(varchar(x), bigint, bigint) varchar(x)
a sum(bigint) bigint
a sum(decimal(p,s)) decimal(38,s)
a sum(double) double
a sum(interval day to second) interval day to second
a sum(interval year to month) interval year to month
a sum(real) real
s t_cdf(double, double) double
s t_pdf(double, double) double
s tan(double) double
s tanh(double) double
a tdigest_agg(double) tdigest
a tdigest_agg(double, double) tdigest
s timestamp_objectid(timestamp(0) with time zone) objectid
s timezone(time(p) with time zone) varchar
s timezone(timestamp(p) with time zone) varchar
s timezone_hour(time(p) with time zone) bigint
s timezone_hour(timestamp(p) with time zone) bigint
s timezone_minute(time(p) with time zone) bigint
s timezone_minute(timestamp(p) with time zone) bigint
s to_base(bigint, bigint) varchar(64)
s to_base32(varbinary) varchar
s to_base64(varbinary) varchar
s to_base64url(varbinary) varchar
s to_big_endian_32(integer) varbinary
s to_big_endian_64(bigint) varbinary
s to_char(timestamp(p) with time zone, varchar) varchar
s to_date(varchar, varchar) date
s to_encoded_polyline(geometry) varchar
s to_geojson_geometry(sphericalgeography) varchar
s to_geometry(sphericalgeography) geometry
s to_hex(varbinary) varchar
s to_ieee754_32(real) varbinary
s to_ieee754_64(double) varbinary
s to_iso8601(date) varchar(16)
s to_iso8601(timestamp(p)) varchar(n)
s to_iso8601(timestamp(p) with time zone) varchar(n)
s to_milliseconds(interval day to second) bigint
s to_spherical_geography(geometry) sphericalgeography
s to_timestamp(varchar, varchar) timestamp(3)
s to_unixtime(timestamp(p) with time zone) double
s to_utf8(char(x)) varbinary
s to_utf8(varchar(x)) varbinary
s transform(array(T), function(T,U)) array(U)
s transform_keys(map(K1,V), function(K1,V,K2)) map(K2,V)
s transform_values(map(K,V1), function(K,V1,V2)) map(K,V2)
s translate(varchar(x), varchar(y), varchar(z)) varchar
s trim(char(x)) varchar(x)
s trim(char(x), codepoints) varchar(x)
s trim(varchar(x)) varchar(x)
s trim(varchar(x), codepoints) varchar(x)
s trim_array(array(e), bigint) array(e)
s truncate(decimal(p,s), integer) decimal(p,s)
s truncate(decimal(p,s)) decimal(rp,0)
s truncate(double) double
s truncate(real) real
s typeof(t) varchar
s upper(char(x)) char(x)
s upper(varchar(x)) varchar(x)
s url_decode(varchar(x)) varchar(x)
s url_encode(varchar(x)) varchar(y)
s url_extract_fragment(varchar(x)) varchar(x)
s url_extract_host(varchar(x)) varchar(x)
s url_extract_parameter(varchar(x), varchar(y)) varchar(x)
s url_extract_path(varchar(x)) varchar(x)
s url_extract_port(varchar(x)) bigint
s url_extract_protocol(varchar(x)) varchar(x)
s url_extract_query(varchar(x)) varchar(x)
v uuid() uuid
s value_at_quantile(qdigest(bigint), double) bigint
s value_at_quantile(qdigest(double), double) double
s value_at_quantile(tdigest, double) double
s value_at_quantile(qdigest(real), double) real
s values_at_quantiles(qdigest(bigint), array(double)) array(bigint)
s values_at_quantiles(qdigest(double), array(double)) array(double)
s values_at_quantiles(tdigest, array(double)) array(double)
s values_at_quantiles(qdigest(real), array(double)) array(real)
a var_pop(bigint) double
a var_pop(double) double
a var_samp(bigint) double
a var_samp(double) double
a variance(bigint) double
a variance(double) double
s week(date) bigint
s week(timestamp(p)) bigint
s week(timestamp(p) with time zone) bigint
s week_of_year(date) bigint
s week_of_year(timestamp(p)) bigint
s week_of_year(timestamp(p) with time zone) bigint
s width_bucket(double, array(double)) bigint
s width_bucket(double, double, double, bigint) bigint
s wilson_interval_lower(bigint, bigint, double) double
s wilson_interval_upper(bigint, bigint, double) double
s with_timezone(timestamp(p), varchar(x)) timestamp(p) with time zone
s word_stem(varchar(x)) varchar(x)
s word_stem(varchar(x), varchar(2)) varchar(x)
s xxhash64(varbinary) varbinary
s year(date) bigint
s year(interval year to month) bigint
s year(timestamp(p)) bigint
s year(timestamp(p) with time zone) bigint
s year_of_week(date) bigint
s year_of_week(timestamp(p)) bigint
s year_of_week(timestamp(p) with time zone) bigint
s yow(date) bigint
s yow(timestamp(p)) bigint
s yow(timestamp(p) with time zone) bigint
s zip(array(T1), array(T2)) array(row(T1,T2))
s zip(array(T1), array(T2), array(T3)) array(row(T1,T2,T3))
s zip(array(T1), array(T2), array(T3), array(T4)) array(row(T1,T2,T3,T4))
s zip(array(T1), array(T2), array(T3), array(T4), array(T5)) array(row(T1,T2,T3,T4,T5))
s zip_with(array(T), array(U), function(T,U,R)) array(R)
s version() varchar
`;
