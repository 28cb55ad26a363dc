-- Takes one request from every bucket, or from none (GCRA; see Gcra.java).
-- KEYS: the buckets. ARGV: for each bucket its interval and its tolerance, in microseconds.
-- Answers {0, now, when each bucket will be full again...} or {which bucket refuses, now, when it will be full again}.
-- Redis' own clock: all replicas agree on it. Doubles hold microseconds since the epoch exactly until the year 2255;
-- they are written with %.0f because Lua's own spelling keeps 14 digits only.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local after = {}
for i, key in ipairs(KEYS) do
  local full = tonumber(redis.call('GET', key) or '0')
  after[i] = math.max(full, now) + tonumber(ARGV[2 * i - 1])
  if after[i] - now > tonumber(ARGV[2 * i]) then
    return { i, now, full }
  end
end
local answer = { 0, now }
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', after[i]), 'PX', math.ceil((after[i] - now) / 1000))
  answer[i + 2] = after[i]
end
return answer
