-- wrk … -s requests.lua URL -- POLICY KEYS KIND: the requests are created beforehand, so that this costs the generator
-- nothing. KIND is authorize, check, batch (of 100), or proxied: to an API behind a proxy, with the keys of docs/integrations.
local requests, at = {}, 0

local function account(i) return string.format("merchant_%06d", i % 1000 * 7919 % 1000) end

local function check(policy, i)
  return string.format('{"policy":"%s","account":"%s","method":"POST","path":"/v1/charge_intents/ci_9"}', policy, account(i))
end

function init(arguments)
  local policy, keys, kind = arguments[1], tonumber(arguments[2]), arguments[3]
  if kind == "authorize" then
    for i = 1, keys do
      requests[i] = wrk.format("GET", "/v1/authorize/" .. policy, {
        ["X-Account-Id"] = account(i), ["X-Forwarded-Method"] = "POST", ["X-Forwarded-Uri"] = "/v1/charge_intents/ci_9" })
    end
  elseif kind == "proxied" then
    for i, key in ipairs({ "acme", "globex" }) do
      requests[i] = wrk.format("GET", "/contacts?page=2", { ["Authorization"] = "Bearer key-" .. key })
    end
  elseif kind == "check" then
    for i = 1, keys do
      requests[i] = wrk.format("POST", "/v1/check", { ["Content-Type"] = "application/json" }, check(policy, i))
    end
  else
    for i = 1, math.max(1, keys / 100) do
      local checks = {}
      for j = 1, 100 do checks[j] = check(policy, keys == 1 and 1 or i * 100 + j) end
      requests[i] = wrk.format("POST", "/v1/check/batch", { ["Content-Type"] = "application/json" }, "[" .. table.concat(checks, ",") .. "]")
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("result %d %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
