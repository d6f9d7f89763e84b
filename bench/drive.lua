-- Drives chains of requests, one connection per thread, and checks every answer. Arguments: data file, threads, mode.
-- mode "cycle": each thread begins somewhere else and goes round; "once": each chain is done once, by one thread.
local ffi = require("ffi")
ffi.cdef [[ typedef struct { long s; long ns; } bench_time; int clock_gettime(int, bench_time *); ]]
local moment = ffi.new("bench_time")
local function now()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.s) + tonumber(moment.ns) / 1e9
end

local threads = {}
function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

function init(args)
  chains = dofile(args[1])
  count, once, boundary = tonumber(args[2]), args[3] == "once", args[4]
  at = once and number + 1 or math.floor(#chains * number / count) + 1
  step, waiting, found, form, parts, finished = 1, false, "", "", "", false
  answered, bad, lost, body_bytes, first, last, sample = 0, 0, 0, 0, 0, 0, ""
  math.randomseed(number * 7919 + 17)
end

-- The first choice of each question on a sheet, as fields of either kind of form.
local function pick(body)
  local seen, fields, pieces = {}, {}, {}
  for name, key in body:gmatch('name="(q%d+)" value="([^"]+)"') do
    if not seen[name] then
      seen[name] = true
      fields[#fields + 1] = "&" .. name .. "=" .. key
      pieces[#pieces + 1] = boundary .. '\r\nContent-Disposition: form-data; name="' .. name .. '"\r\n\r\n' .. key .. "\r\n"
    end
  end
  form, parts = table.concat(fields), table.concat(pieces)
end

local function next_chain()
  step, found = 1, ""
  at = once and at + count or at % #chains + 1
  if at > #chains then
    finished = true
    io.stderr:write("finished\n")
    wrk.thread:stop()
  end
end

function request()
  if waiting and answered > 0 then -- the answer never came
    lost = lost + 1
    next_chain()
  end
  local this = chains[finished and #chains or at][step]
  waiting = true
  if first == 0 then first = now() end
  -- As many addresses as people have, so that throttles see what they would see behind a proxy.
  local from = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254))
  local headers = { ["X-Forwarded-For"] = from, ["Cookie"] = this.cookie, ["Content-Type"] = this.type, ["X-Requested-With"] = this.script and "fetch" or nil }
  return wrk.format(this.method, (this.path:gsub("{found}", found)), headers,
    this.body and this.body:gsub("{form}", form):gsub("{parts}", parts) or nil)
end

function response(status, headers, body)
  if finished then return end
  local this = chains[at][step]
  waiting, last, answered, body_bytes = false, now(), answered + 1, body_bytes + #body
  local fault = status ~= this.status and ("status " .. status) or nil
  for _, text in ipairs(this.holds) do
    if not fault and not body:find(text, 1, true) then fault = "without " .. text end
  end
  if fault then
    bad = bad + 1
    if sample == "" then sample = this.method .. " " .. this.path .. ": " .. fault .. " | " .. body:sub(1, 2000) end
  end
  if this.picks then pick(body) end
  if this.capture then found = (headers["Location"] or ""):match(this.capture) or "" end
  step = step + 1
  if fault or step > #chains[at] then next_chain() end
end

function done(summary, latency, requests)
  local total = { answered = 0, bad = 0, lost = 0, body_bytes = 0 }
  local began, ended, sample = math.huge, 0, ""
  for _, thread in ipairs(threads) do
    for name in pairs(total) do total[name] = total[name] + thread:get(name) end
    began, ended = math.min(began, thread:get("first")), math.max(ended, thread:get("last"))
    if sample == "" then sample = thread:get("sample") end
  end
  local e = summary.errors
  print("RESULT " .. table.concat({ total.answered, total.bad, total.lost, total.body_bytes,
    e.connect + e.read + e.write + e.timeout, ended - began,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000 }, " "))
  print("SAMPLE " .. sample:gsub("%s+", " "))
end
