-- wrk's side of load.py: takes the requests in turn from a file, checks every answer, and tells
-- the outcome as one line of JSON.
--
-- arguments: METHOD, the file of requests (path, token, body and tag, tab-separated), the first
-- one's number, the smallest and the largest length of a body, the status

local requests, lengths, position = {}, {}, 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.method = args[1]
  for line in io.lines(args[2]) do
    local path, token, body, tag = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local headers = {}
    if token ~= "" then headers["Authorization"] = "Bearer " .. token end
    if tag ~= "" then headers["If-None-Match"] = tag end
    if body ~= "" then headers["Content-Type"] = "application/json" else body = nil end
    table.insert(requests, wrk.format(args[1], path, headers, body))
  end
  position = tonumber(args[3])
  shortest, longest = tonumber(args[4]), tonumber(args[5])
  wanted = tonumber(args[6])
  wrong = 0
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function response(status, headers, body)
  if status ~= wanted or #body < shortest or #body > longest then wrong = wrong + 1 end
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout
  for _, thread in ipairs(threads) do failed = failed + thread:get("wrong") end
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "wrong": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, failed))
end
