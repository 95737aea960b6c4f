-- The action `lua.ai_credits_gate ORGANIZATION PRODUCT`: asks the agent and leaves its answer in
-- txn.ai_decision (allow, block, unavailable), txn.ai_reason and txn.ai_retry_after.

-- `listen ai_credits_gate` of haproxy.cfg, which asks the agent and gives up in time.
local gate = "http://127.0.0.1:9001"

core.register_action("ai_credits_gate", {"http-req"}, function(txn, organization, product)
    local answer = core.httpclient():get{
        url = gate .. "/api/v1/gate?organization=" .. organization .. "&product=" .. product,
        timeout = 2000,
    }
    local decision = "unavailable"
    if answer.status == 200 then decision = "allow" end
    if answer.status == 403 then decision = "block" end
    txn:set_var("txn.ai_decision", decision)
    for variable, header in pairs({ai_reason = "x-ai-credits-reason", ai_retry_after = "retry-after"}) do
        local values = answer.headers and answer.headers[header]
        txn:set_var("txn." .. variable, values and values[0] or "")
    end
end, 2)
