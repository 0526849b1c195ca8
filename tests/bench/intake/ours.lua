wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local office = os.getenv("BENCH_OFFICES")
local offices = {}
for code in string.gmatch(office, "[^,]+") do table.insert(offices, code) end
local programme = os.getenv("BENCH_PROGRAMME")
local n = 0
local seed = os.time() .. "-" .. tostring({}):sub(8)
request = function()
  n = n + 1
  local body = string.format('{"kind":"appeal","programme":"%s","office":"%s","text":"驿站门口充电桩不够用，晚高峰总排队，第%d次反映","contact":{"name":"王力","phone":"138%08d"}}',
    programme, offices[n % #offices + 1], n, (n * 7919) % 100000000)
  wrk.headers["Idempotency-Key"] = seed .. "-" .. n
  return wrk.format(nil, "/api/v1/intake", nil, body)
end
