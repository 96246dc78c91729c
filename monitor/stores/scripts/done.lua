-- Take an entry that is done out of its stream.
--   KEYS[1]  stream
--   KEYS[2]  hash     id -> entry of the stream that carries it now
--   ARGV[1]  consumer group
--   ARGV[2]  entry
--   ARGV[3]  id
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
if redis.call('HGET', KEYS[2], ARGV[3]) == ARGV[2] then
  redis.call('HDEL', KEYS[2], ARGV[3])
end
return 1
