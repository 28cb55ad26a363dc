-- Takes from every bucket, or from none (GCRA; see Gcra.java): of each as many requests as wanted, or as many as fit, at least one.
-- KEYS: the buckets. ARGV: for each bucket its interval and its tolerance, in microseconds, and how many requests are wanted.
-- Answers {0, now, when each bucket will be full again and how many were taken...} or {which bucket refuses, now, when it will be full again}.
-- Redis' own clock: all replicas agree on it. Doubles hold microseconds since the epoch exactly until the year 2255;
-- they are written with %.0f because Lua's own spelling keeps 14 digits only.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local answer = { 0, now }
for i, key in ipairs(KEYS) do
  local interval = tonumber(ARGV[3 * i - 2])
  local full = math.max(tonumber(redis.call('GET', key) or '0'), now)
  local fit = math.floor((now + tonumber(ARGV[3 * i - 1]) - full) / interval)
  if fit < 1 then
    return { i, now, full }
  end
  local taken = math.min(fit, tonumber(ARGV[3 * i]))
  answer[2 * i + 1] = full + taken * interval
  answer[2 * i + 2] = taken
end
for i, key in ipairs(KEYS) do
  local after = answer[2 * i + 1]
  redis.call('SET', key, string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
end
return answer
