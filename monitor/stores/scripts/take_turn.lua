-- Take a turn of a rate: so many at once, then one every interval (GCRA: Brandur Leach, "Rate Limiting, Cells,
-- and GCRA", 2015). By the server's clock, which all workers share.
--   KEYS[1]  string   the moment, in microseconds, at which all turns taken so far have been paid for
--   ARGV[1]  microseconds between two turns
--   ARGV[2]  how many may be taken at once
-- Returns 0 where the turn is taken, else the milliseconds to wait before asking again.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = paid - now - (tonumber(ARGV[2]) - 1) * interval
if wait > 0 then
  return math.ceil(wait / 1000)
end
local after = paid + interval
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1000)
return 0
