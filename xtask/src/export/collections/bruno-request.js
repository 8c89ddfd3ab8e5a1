// Signs the exact bytes that are sent: the variables are put in first, and the result is what is sent.
const fill = (text) => bru.interpolate(text);
const needed = (name) => {
  const value = fill("{{" + name + "}}");
  if (value === "" || value === "{{" + name + "}}") throw new Error("set the variable " + name + " in the environment");
  return value;
};
const [baseUrl, clientId, secretKey] = ["base_url", "client_id", "secret_key"].map(needed);

const path = req.getUrl().replace("{{base_url}}", "");
const params = req.getPathParams();
const requestTarget = signature.target(path, (name) => fill(params.find((param) => param.name === name).value));
let digest = null;
if (req.getMethod() !== "GET") {
  const body = fill(req.getBody({ raw: true })).trim();
  req.setBody(body, { raw: true });
  digest = signature.digest(body);
}
const requestId = fill("{{request_id}}");
const parts = {
  label: "Request-Timestamp",
  clientId,
  // Set request_id to send a request again: the same id and the same bytes make no second order.
  requestId: requestId === "" || requestId === "{{request_id}}" ? fill("{{$guid}}") : requestId,
  timestamp: new Date().toISOString().slice(0, 19) + "Z",
  target: requestTarget,
  digest,
};
req.setHeader("Client-Id", parts.clientId);
req.setHeader("Request-Id", parts.requestId);
req.setHeader("Request-Timestamp", parts.timestamp);
req.setHeader("Signature", signature.sign(parts, secretKey));
req.setUrl(baseUrl.replace(/\/$/, "") + requestTarget);
// The answer is wanted as it was received, and no parsed copy of it.
req.disableParsingResponseJson();
bru.setVar("request_target", requestTarget);
