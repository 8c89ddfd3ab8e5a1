// Verifies the answer over its text. DOKU does not say whether refusals and status answers are signed.
const refusal = signature.refusal({
  label: "Response-Timestamp",
  headers: Object.entries(res.getHeaders()).flatMap(([name, values]) => [].concat(values).map((value) => [name, value])),
  body: res.getBody(),
  clientId: req.getHeader("Client-Id"),
  target: bru.getVar("request_target"),
  key: bru.interpolate("{{secret_key}}"),
});
test("the signature of the answer is DOKU's", () => {
  if (refusal !== null) throw new Error(refusal);
});
test("the answer is to this request", () => {
  expect(res.getHeader("Request-Id")).to.equal(req.getHeader("Request-Id"));
});
