-- Read new entries of the first of several streams that has any, without waiting.
--   KEYS     streams
--   ARGV[1]  consumer group
--   ARGV[2]  worker
--   ARGV[3]  how many entries at most
-- Returns {stream, entries}, nothing where no stream has any.
for _, stream in ipairs(KEYS) do
  local found = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', stream, '>')
  if found then
    return found[1]
  end
end
return false
