-- Put ids into a stream, each at most once at a time.
--   KEYS[1]  stream   entries {"id": number}
--   KEYS[2]  hash     id -> entry of the stream that carries it now
--   ARGV[1]  how many entries the stream may hold
--   ARGV[2…] ids
-- Returns how many were added; what finds no room is offered again by the reconciler. Calling it again changes
-- nothing, so a call whose reply was lost may be repeated. An id whose entry is gone from the stream (trimmed, or the
-- stream was deleted) is added anew.
local added = 0
local room = tonumber(ARGV[1]) - redis.call('XLEN', KEYS[1])
for place = 2, #ARGV do
  if added >= room then
    break
  end
  local id = ARGV[place]
  local entry = redis.call('HGET', KEYS[2], id)
  if not entry or #redis.call('XRANGE', KEYS[1], entry, entry) == 0 then
    redis.call('HSET', KEYS[2], id, redis.call('XADD', KEYS[1], '*', 'id', id))
    added = added + 1
  end
end
return added
