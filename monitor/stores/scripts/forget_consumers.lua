-- Forget consumers that have nothing in hand and have not been seen for a while. Deleting one that has something
-- in hand would lose it: it is left, until others have taken that over.
--   KEYS[1]  stream
--   ARGV[1]  consumer group
--   ARGV[2]  milliseconds
-- Returns how many were forgotten.
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then
  return 0
end
local forgotten = 0
for _, fields in ipairs(consumers) do
  local consumer = {}
  for place = 1, #fields, 2 do
    consumer[fields[place]] = fields[place + 1]
  end
  if consumer.pending == 0 and consumer.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    forgotten = forgotten + 1
  end
end
return forgotten
