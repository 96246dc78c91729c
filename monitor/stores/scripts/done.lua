-- Take entries that are done out of their stream.
--   KEYS[1]  stream
--   KEYS[2]  hash     id -> entry of the stream that carries it now
--   ARGV[1]  consumer group
--   ARGV[2…] entries, each with its id behind it
for place = 2, #ARGV, 2 do
  local entry, id = ARGV[place], ARGV[place + 1]
  redis.call('XACK', KEYS[1], ARGV[1], entry)
  redis.call('XDEL', KEYS[1], entry)
  if redis.call('HGET', KEYS[2], id) == entry then
    redis.call('HDEL', KEYS[2], id)
  end
end
return 1
