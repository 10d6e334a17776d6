-- Asks the limiter: `http-request lua.limiter POLICY` and `http-response lua.limiter-headers`.

-- Headers of the identity, and the variables of HAProxy that contain them.
local IDENTITY = { ["x-company-id"] = "txn.company", ["x-plan"] = "txn.plan" }

-- Headers of the limiter that callers receive.
local SHOWN = { "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-front-tier", "retry-after" }

local function ask(txn, policy)
    local headers = {
        ["x-forwarded-method"] = { txn.sf:method() },
        ["x-forwarded-uri"] = { txn.sf:pathq() },
        ["x-forwarded-for"] = { txn.sf:src() },
    }
    for name, variable in pairs(IDENTITY) do
        headers[name] = { txn:get_var(variable) }
    end
    return core.httpclient():get({
        dst = "abns@limiter",
        url = "http://limiter/v1/authorize/" .. policy,
        headers = headers,
        timeout = 1000,
    })
end

local function refuse(txn, status, answer)
    local reply = txn:reply({ status = status })
    if answer then
        for _, name in ipairs({ "content-type", table.unpack(SHOWN) }) do
            local values = answer.headers[name]
            if values then reply:add_header(name, values[0]) end
        end
        reply:set_body(answer.body)
    end
    txn:done(reply)
end

core.register_action("limiter", { "http-req" }, function(txn, policy)
    local answer = ask(txn, policy)
    local status = answer and answer.status or 0
    if status == 429 then
        refuse(txn, 429, answer)
    elseif status >= 400 and status < 500 and status ~= 404 then
        refuse(txn, 400)              -- the request is malformed
    elseif status == 200 then
        txn:set_priv(answer.headers)
    end                               -- else the limiter did not decide: the request passes
end, 1)

core.register_action("limiter-headers", { "http-res" }, function(txn)
    local headers = txn:get_priv() or {}
    for _, name in ipairs(SHOWN) do
        if headers[name] then txn.http:res_set_header(name, headers[name][0]) end
    end
end)
