-- Put ids into a stream, each at most once at a time.
--   KEYS[1]  stream   entries {"id": number}
--   KEYS[2]  hash     id -> entry of the stream that carries it now
--   ARGV     ids
-- Returns how many were added. Calling it again changes nothing, so a call whose reply was lost may be
-- repeated. An id whose entry is gone from the stream (trimmed, or the stream was deleted) is added anew.
local added = 0
for _, id in ipairs(ARGV) do
  local entry = redis.call('HGET', KEYS[2], id)
  if not entry or #redis.call('XRANGE', KEYS[1], entry, entry) == 0 then
    redis.call('HSET', KEYS[2], id, redis.call('XADD', KEYS[1], '*', 'id', id))
    added = added + 1
  end
end
return added
