-- Take ids out of a stream that nobody need work on any more, whoever has them in hand.
--   KEYS[1]  stream
--   KEYS[2]  hash     id -> entry of the stream that carries it now
--   ARGV[1]  consumer group
--   ARGV[2…] ids
for place = 2, #ARGV do
  local entry = redis.call('HGET', KEYS[2], ARGV[place])
  if entry then
    redis.call('XACK', KEYS[1], ARGV[1], entry)
    redis.call('XDEL', KEYS[1], entry)
    redis.call('HDEL', KEYS[2], ARGV[place])
  end
end
return 1
