-- Gives back what was taken and not used.
-- KEYS: the buckets. ARGV: for each bucket how much sooner it will be full again, in microseconds.
-- A bucket that is full, or is not known any more, has nothing to be given.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
for i, key in ipairs(KEYS) do
  local after = tonumber(redis.call('GET', key) or '0') - tonumber(ARGV[i])
  if after > now then
    redis.call('SET', key, string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
  else
    redis.call('DEL', key)
  end
end
return 0
