import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to DOKU and verifies its answers and notifications. Copy this file into your program.
 *
 * <p>A signature covers exact bytes. Send the bytes that were signed, and verify the bytes that were received, as
 * {@code readAllBytes} returns them: JSON that was parsed and written again has another signature.
 */
public final class Doku {
    /** Why a message is not proven to be DOKU's, or cannot be signed. It holds no secret and no body. */
    public static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;
        private final String code;

        Failure(String code, String text) {
            super(text + " (" + code + ")");
            this.code = code;
        }

        /** Returns the code, for example {@code signature_mismatch}. */
        public String code() {
            return code;
        }
    }

    private static final String VISIBLE = "[!-~]{1,128}";
    private static final String PATH = "/[!\"$-~]{0,2047}";
    private static final String INVISIBLE = "(?s).*[\\x{AD}\\x{61C}\\x{180E}\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}"
        + "\\x{2060}-\\x{206F}\\x{FEFF}\\x{FFF9}-\\x{FFFB}\\x{E0000}-\\x{E007F}].*";
    private static final String QUOTED = "(?s)[\"'](.*[\"'])?";
    private static final String SIGNATURE = "HMACSHA256=[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?";

    private final String clientId;
    private final List<String> keys;

    /** Takes a client id and its keys: the first one signs; each one verifies, while DOKU changes to another. */
    public Doku(String clientId, String... keys) throws Failure {
        String fault = faultOfClientId(clientId);
        if (fault == null && (keys == null || keys.length == 0)) {
            fault = "there is no secret key";
        }
        for (int i = 0; fault == null && i < keys.length; i++) {
            fault = faultOfKey(keys[i]);
        }
        require(fault == null, "configuration", fault + "; copy it from the DOKU dashboard");
        this.clientId = clientId;
        this.keys = List.of(keys);
    }

    private static String faultOfClientId(String id) {
        if (id == null || id.isEmpty()) {
            return "the client id is empty";
        } else if (!matches(id, VISIBLE)) {
            return "the client id is not 1 to 128 visible ASCII characters";
        } else if (matches(id, QUOTED)) {
            return "the client id is in quotation marks, which do not belong to it";
        } else if (id.startsWith("SK-")) {
            return "the client id begins with SK-, as secret keys do: the client id comes first, the secret key after it";
        }
        return null;
    }

    private static String faultOfKey(String key) {
        if (key == null || key.isEmpty()) {
            return "a secret key is empty";
        } else if (!key.equals(new String(key.getBytes(UTF_8), UTF_8))) {
            return "a secret key has half of a surrogate pair, and no UTF-8";
        } else if (matches(key, INVISIBLE)) {
            return "a secret key has a character that nobody sees, such as a byte order mark";
        } else if (!matches(key, "(?sU)\\S(.*\\S)?")) {
            return "a secret key has white space at its beginning or end";
        } else if (key.chars().anyMatch(Character::isISOControl)) {
            return "a secret key has a control character or more than one line";
        } else if (matches(key, QUOTED)) {
            return "a secret key is in quotation marks, which do not belong to it";
        } else if (matches(key, "(?s)(BRN|MCH|SIM)-.*")) {
            return "a secret key begins as client ids do: the client id comes first, the secret key after it";
        }
        return null;
    }

    /** Keeps the keys out of logs. */
    @Override
    public String toString() {
        return "Doku(" + clientId + ")";
    }

    /**
     * Returns the headers of a POST or a GET; a GET has no body. To repeat a request, sign it again with the same
     * request id and the same body.
     */
    public Map<String, String> sign(String method, String target, String requestId, Instant at, byte[] body)
            throws Failure {
        boolean get = "GET".equals(method);
        require((get || "POST".equals(method)) && matches(requestId, VISIBLE), "configuration",
            "the method is not GET or POST, or the request id is not visible ASCII");
        String time = at == null ? "" : at.truncatedTo(ChronoUnit.SECONDS).toString();
        require(matches(time, "[0-9]{4}-.*"), "configuration", "the time is null, or is not in the years 0 to 9999");
        requireParts(target, get ? new byte[0] : body);
        String text = stringToSign(requestId, "Request-Timestamp:" + time, target, get ? null : digest(body));
        return Map.of("Client-Id", clientId, "Request-Id", requestId, "Request-Timestamp", time,
            "Signature", signature(keys.get(0), text));
    }

    /** Returns if DOKU sent this. The target is the path of the notification URL as DOKU has it. */
    public void verifyNotification(String target, Map<String, List<String>> headers, byte[] body) throws Failure {
        verify("Request-Timestamp", target, null, headers, body);
    }

    /** Returns if this is DOKU's answer to the request with this target and id. */
    public void verifyResponse(String target, String requestId, Map<String, List<String>> headers, byte[] body)
            throws Failure {
        verify("Response-Timestamp", target, requestId, headers, body);
    }

    private void verify(String time, String target, String requestId, Map<String, List<String>> headers, byte[] body)
            throws Failure {
        requireParts(target, body);
        Map<String, String> found = new HashMap<>();
        for (String wanted : List.of("Client-Id", "Request-Id", time, "Signature")) {
            List<String> values = (headers == null ? Map.<String, List<String>>of() : headers).entrySet().stream()
                .filter(header -> wanted.equalsIgnoreCase(header.getKey()) && header.getValue() != null)
                .flatMap(header -> header.getValue().stream()).toList();
            String the = "the header " + wanted;
            require(!values.isEmpty(), "missing_header", the + " is missing; pass all headers as received");
            require(values.size() == 1, "duplicate_header", the + " occurs more than once");
            String value = values.get(0);
            require(!wanted.equals("Signature") || matches(value, SIGNATURE), "malformed_signature",
                the + " is not HMACSHA256= and Base64 of 32 bytes");
            String usable = wanted.equals("Request-Id") ? VISIBLE : wanted.equals(time) ? "[ -~]{1,64}" : "[ -~]+";
            require(matches(value, usable), "malformed_header",
                the + " has a value that cannot be used");
            found.put(wanted, value);
        }
        String id = found.get("Request-Id");
        require(clientId.equals(found.get("Client-Id")), "client_id_mismatch",
            "the header Client-Id is not our client id; check which account sends");
        String received = found.get("Signature").replaceFirst("=?$", "=");
        for (String signed : targets(target)) {
            String text = stringToSign(id, time + ":" + found.get(time), signed, digest(body));
            boolean matches = false;
            for (String key : keys) {
                matches |= MessageDigest.isEqual(signature(key, text).getBytes(UTF_8), received.getBytes(UTF_8));
            }
            if (matches) {
                require(signed.equals(target), "target_mismatch",
                    "the signature is for " + signed + "; configure the path as DOKU has it");
                require(!time.startsWith("Response") || id.equals(requestId), "request_id_mismatch",
                    "the header Request-Id is not that of the request");
                return;
            }
        }
        throw new Failure("signature_mismatch",
            "no key makes the signature; check the key, the target, and that the body is raw");
    }

    /** Returns what is signed, to look for a difference. The time is a line; the digest of a GET is null. */
    public String stringToSign(String requestId, String time, String target, String digest) {
        return "Client-Id:" + clientId + "\nRequest-Id:" + requestId + "\n" + time + "\nRequest-Target:" + target
            + (digest == null ? "" : "\nDigest:" + digest);
    }

    /** Returns the Base64 of the SHA-256 of a body. */
    public static String digest(byte[] body) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String signature(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
            return "HMACSHA256=" + Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /** The target, then other spellings of it: one that was signed is told, and never accepted. */
    private static List<String> targets(String target) {
        String path = target.split("\\?", 2)[0];
        String query = target.substring(path.length());
        String slash = path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
        List<String> targets = new ArrayList<>(List.of(target, slash + query, path));
        // Without the first segments, four at most, so that a long path is no more work.
        for (int at = path.indexOf('/', 1), removed = 0; at > 0 && removed < 4; at = path.indexOf('/', at + 1), removed++) {
            targets.add(path.substring(at) + query);
        }
        targets.add("/api" + target);
        targets.removeIf(each -> !matches(each, PATH));
        return targets;
    }

    private static boolean matches(String text, String pattern) {
        return text != null && text.matches(pattern);
    }

    private static void requireParts(String target, byte[] body) throws Failure {
        require(matches(target, PATH), "malformed_target", "the target must be a path that begins with /, no URL");
        require(body != null, "malformed_body", "the body is null; pass the bytes as they are sent or received");
    }

    private static void require(boolean holds, String code, String text) throws Failure {
        if (!holds) {
            throw new Failure(code, text);
        }
    }
}
