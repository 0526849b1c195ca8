wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
local n = 0
request = function()
  n = n + 1
  return wrk.format(nil, "/tickets/submit/", nil,
    "queue=1&title=charging+post+" .. n .. "&body=There+are+too+few+charging+posts+at+the+station&priority=3&submitter_email=w" .. n .. "@example.org")
end
local refused = 0
response = function(status, headers, body) if status ~= 302 then refused = refused + 1 end end
