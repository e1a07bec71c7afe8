-- The requests that wrk sends, as real firmware sends them; every response is checked.
-- Arguments behind "--", each NAME=VALUE:
--   mode        bound, new, activate or import
--   devices     how many to pick from (bound, activate) or to use up (import)
--   first       index of the first one; io.slipway.bench.Fleet makes the same MAC of an index
--   seed        different for each run; with "new", no two runs then use the same device
--   sweep       true to send each of "bound" once, in turn, and then stop
--   threads     wrk's threads: in "import" and a sweep each of n takes every n-th device
--   connection  keep-alive or close
--   folder      with checkin.body
--   path        of the check-in; the activation poll's path is below it
--   foreign     true if the server may be another product, so that less is checked
--   pairs       file of bound devices, MAC and Client-Id per line; empty for the fleet's devices

local THREADS = 0

function setup(thread)
  thread:set("id", THREADS)
  THREADS = THREADS + 1
  threads = threads or {}
  table.insert(threads, thread)
end

-- 16 bits as "ab:cd" and as "abcd", so that requests needn't format numbers.
local colon, plain = {}, {}
for i = 0, 65535 do
  plain[i] = string.format("%04x", i)
  colon[i] = string.format("%02x:%02x", math.floor(i / 256), i % 256)
end
local octet = {}
for i = 0, 255 do
  octet[i] = string.format("%02x", i)
end

-- index * (719476 * 2^20 + 260293) modulo 2^40, in halves that a double holds exactly: each index
-- has its own MAC, and neighbours are far apart, as the devices of a shop are in a database.
local HIGH, LOW, HALF = 719476, 260293, 1048576
local floor = math.floor
local function words(index)
  local high, low = floor(index / HALF), index % HALF
  local bottom = low * LOW
  local top = (floor(bottom / HALF) + low * HIGH + high * LOW) % HALF
  local bits = top * HALF + bottom % HALF
  return floor(bits / 4294967296), floor(bits / 65536) % 65536, bits % 65536
end

local mode, devices, first, step, next_index, sweep, foreign, listed
local head, h2, h3, tail, b1, b2, b3, b4, small
wrong, promises, used, dry, sample = 0, 0, 0, 0, ""

local function read(file)
  local input = assert(io.open(file, "rb"))
  local text = input:read("*a")
  input:close()
  return text
end

function init(args)
  local given = {}
  for _, arg in ipairs(args) do
    local name, value = arg:match("^(%w+)=(.*)$")
    given[name] = value
  end
  mode, devices, first = given.mode, tonumber(given.devices), tonumber(given.first)
  local seed, close = tonumber(given.seed), given.connection == "close"
  id = id or 0
  math.randomseed(seed * 64 + id)
  sweep = given.sweep == "true"
  if mode == "import" or sweep then
    next_index, step = id, tonumber(given.threads)
  else
    -- Each thread of a run has four million indices, after those of the fleet.
    next_index, step = (seed * 64 + id) * 4194304, 1
  end

  b1, b2, b3, b4 = read(given.folder .. "/checkin.body")
    :match("^(.*)@MAC@(.*)@CLIENT@(.*)@MAC@(.*)$")
  local length = #b1 + 17 + #b2 + 36 + #b3 + 17 + #b4
  small = mode == "activate"
  -- Sorted as firmware sorts them.
  foreign = given.foreign == "true"
  if mode == "bound" and given.pairs ~= "" then
    listed = {}
    for line in io.lines(given.pairs) do
      table.insert(listed, { line:sub(1, 17), line:sub(19) })
    end
  end
  -- As firmware derives one from the other.
  local path = small and given.path:gsub("/$", "") .. "/activate" or given.path
  head = "POST " .. path .. " HTTP/1.1\r\nHost: "
    .. wrk.host .. ":" .. wrk.port
    .. "\r\nAccept-Language: zh-CN\r\nActivation-Version: 1\r\nClient-Id: "
  h2 = "\r\nContent-Type: application/json\r\nDevice-Id: "
  h3 = "\r\nUser-Agent: bread-compact-wifi/2.4.2\r\nContent-Length: " .. (small and 2 or length)
    .. (close and "\r\nConnection: close" or "") .. "\r\n\r\n"
  tail = "{}"
end

-- The next device of a sequential run.
local function take()
  if (mode == "import" or sweep) and next_index >= devices then
    -- The figures of a run that should have continued are worthless; its starter reports that.
    dry = 1
    wrk.thread:stop()
    return first + devices - 1
  end
  local index = first + next_index
  next_index = next_index + step
  used = next_index
  return index
end

function request()
  if listed then
    local pair = listed[math.random(#listed)]
    return head .. pair[2] .. h2 .. pair[1] .. h3
      .. b1 .. pair[1] .. b2 .. pair[2] .. b3 .. pair[1] .. b4
  end
  local index
  if mode == "new" or mode == "import" or sweep then
    index = take()
  else
    index = first + math.random(0, devices - 1)
  end
  local x, y, z = words(index)
  local mac = "02:" .. octet[x] .. ":" .. colon[y] .. ":" .. colon[z]
  local client = plain[z] .. plain[y] .. "-" .. plain[y] .. "-4a5b-8c7d-02" .. octet[x]
    .. plain[y] .. plain[z]
  if small then
    return head .. client .. h2 .. mac .. h3 .. tail
  end
  return head .. client .. h2 .. mac .. h3
    .. b1 .. mac .. b2 .. client .. b3 .. mac .. b4
end

local find = string.find
local FIELDS = { '"server_time"', '"firmware"', '"websocket"', '"mqtt"', '"activation"' }

-- What a device needs from every server.
local function passable(status, body)
  if find(body, '"error"%s*:') then
    return false
  end
  if mode == "activate" then
    return status == 200 or status == 202
  end
  if status ~= 200 or not find(body, "^%s*{") or mode == "bound" and find(body, '"code"%s*:%s*"') then
    return false
  end
  for _, field in ipairs(FIELDS) do
    if find(body, field, 1, true) then
      return true
    end
  end
  return false
end

local function right(status, body)
  if foreign then
    return passable(status, body)
  end
  if mode == "activate" then
    return status == 202 and #body > 2
  end
  if status ~= 200 or not find(body, '"firmware":{"version":"2.4.2"', 1, true)
    or not find(body, '"token":"', 1, true) then
    return false
  end
  local coded = find(body, '"code":"', 1, true) ~= nil
  if mode == "new" then
    return coded
  end
  return not find(body, '"activation"', 1, true)
end

function response(status, headers, body)
  if not right(status, body) then
    wrong = wrong + 1
    if wrong == 1 then
      sample = status .. " " .. body:sub(1, 300)
    end
  elseif mode == "new" or mode == "import" then
    -- A code on a display, a bound device: a crash must not lose them.
    promises = promises + 1
  end
end

function done(summary, latency)
  local bad, promised, most, empty, text = 0, 0, 0, 0, ""
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("wrong")
    promised = promised + thread:get("promises")
    most = math.max(most, thread:get("used"))
    empty = empty + thread:get("dry")
    if text == "" then
      text = thread:get("sample")
    end
  end
  local e = summary.errors
  print(string.format(
    "RESULT requests=%d micros=%d p50=%d p99=%d max=%d connect=%d read=%d write=%d timeout=%d"
      .. " wrong=%d promises=%d used=%d dry=%d",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    latency.max, e.connect, e.read, e.write, e.timeout, bad, promised, most, empty))
  if text ~= "" then
    print("WRONG " .. text:gsub("[\r\n]", " "))
  end
end
