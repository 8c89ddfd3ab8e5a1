import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What DOKU says against an order: codes, of which the first one counts, and texts.
 *
 * <p>There is no order only where the table in {@code Generated} lists that as a proof: what is not known may well be said of
 * an order that is there.
 */
record Refusal(List<String> codes, List<String> texts, boolean isWhole) {
    /** Reads a refusal, which has one of several shapes. */
    static Refusal read(Object said) {
        Object inner = Json.member(said, "error");
        List<String> codes = Stream
            .of(Json.member(inner, "code"), Json.member(said, "code"), Json.member(said, "response_code"),
                Json.member(said, "status"))
            .filter(String.class::isInstance).map(String.class::cast).toList();
        List<String> texts = new ArrayList<>();
        for (Object given : Arrays.asList(Json.member(inner, "message"), Json.member(said, "message"),
            Json.member(said, "error_messages"))) {
            if (given != null) {
                // What is no text is listed nowhere.
                (given instanceof List<?> list ? list : List.of(given)).forEach(text -> texts.add(String.valueOf(text)));
            }
        }
        return new Refusal(codes, texts, isTold(codes, texts, said, ""));
    }

    /**
     * Whether codes and texts are all that a part of an answer says: more may be said of an order. The name is that of the
     * member whose value it is.
     */
    private static boolean isTold(List<String> codes, List<String> texts, Object value, String name) {
        if (value instanceof Map<?, ?> object) {
            return Set.of("", "error").contains(name)
                && object.entrySet().stream().allMatch(member -> isTold(codes, texts, member.getValue(), (String) member.getKey()));
        }
        if (value instanceof List<?> list) {
            return list.stream().allMatch(inner -> isTold(codes, texts, inner, name));
        }
        if (value instanceof String text) {
            return text.isEmpty() || Set.of("type", "timestamp", "path").contains(name)
                || name.equals("status") && text.equals("FAILED")
                || codes.indexOf(text) == 0 || texts.contains(text);
        }
        return value == null || !Set.of("code", "response_code", "message", "error_messages").contains(name);
    }

    boolean provesAbsence(int status) {
        List<String> each = texts.stream().flatMap(text -> Arrays.stream(text.split("; ", -1))).toList();
        boolean isTelling = each.stream().map(text -> text.toLowerCase(Locale.ROOT)).anyMatch(
            text -> Generated.TELLING.stream().anyMatch(telling -> text.contains(telling.toLowerCase(Locale.ROOT))));
        if (isTelling || !isWhole) {
            return false;
        }
        boolean areListed = !each.isEmpty() && each.stream().allMatch(text -> Generated.TEXTS.stream()
            .anyMatch(listed -> listed.pattern().matcher(text).find() && listed.statuses().contains(status)));
        if (codes.isEmpty()) {
            return areListed;
        }
        return Generated.CODES.stream().anyMatch(code -> code.name().equals(codes.get(0))
            && code.statuses().contains(status) && (code.anyText() || areListed));
    }

    /** DOKU's own words; they may repeat what the customer typed. */
    String text() {
        List<String> said = Stream.concat(codes.stream(), texts.stream()).toList();
        return said.isEmpty() ? "DOKU gives no reason" : "DOKU says " + Order.printable(String.join("; ", said));
    }
}
