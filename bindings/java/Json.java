import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads JSON, because Java has no library for it: use that of your program instead.
 *
 * <p>An object is a {@code Map}, an array a {@code List}, a number a {@code BigDecimal}, so that money is exact.
 */
final class Json {
    private static final int DEEPEST = 64;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Returns the value of a text; an {@code IllegalArgumentException} for what is not JSON in UTF-8, or too deep. */
    static Object read(byte[] text) {
        Json json;
        try {
            json = new Json(UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the text is not UTF-8", e);
        }
        Object value = json.value(0);
        json.require(json.peek() == 0);
        return value;
    }

    /** Returns the member of an object; null where there is no object or no member. */
    static Object member(Object object, String name) {
        return object instanceof Map<?, ?> map ? map.get(name) : null;
    }

    private Object value(int depth) {
        require(depth < DEEPEST);
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                List<Object> list = new ArrayList<>();
                at++;
                while (!take(']')) {
                    require(list.isEmpty() || take(','));
                    list.add(value(depth + 1));
                }
                return list;
            case '"':
                return string();
            case 't', 'f', 'n':
                for (String word : List.of("true", "false", "null")) {
                    if (text.startsWith(word, at)) {
                        at += word.length();
                        return word.equals("null") ? null : Boolean.valueOf(word);
                    }
                }
                throw broken();
            default:
                Matcher number = NUMBER.matcher(text).region(at, text.length());
                require(number.lookingAt());
                at = number.end();
                return new BigDecimal(number.group());
        }
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (!take('}')) {
            require(members.isEmpty() || take(','));
            require(peek() == '"');
            String name = string();
            require(take(':') && !members.containsKey(name));
            members.put(name, value(depth + 1));
        }
        return members;
    }

    private String string() {
        StringBuilder found = new StringBuilder();
        at++;
        while (true) {
            require(at < text.length() && text.charAt(at) >= ' ');
            char next = text.charAt(at++);
            if (next == '"') {
                String value = found.toString();
                // Half of a surrogate pair is no text.
                require(value.equals(new String(value.getBytes(UTF_8), UTF_8)));
                return value;
            }
            found.append(next == '\\' ? escaped() : next);
        }
    }

    private char escaped() {
        require(at < text.length());
        char kind = text.charAt(at++);
        if (kind == 'u') {
            require(at + 4 <= text.length() && text.substring(at, at + 4).matches("[0-9a-fA-F]{4}"));
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int which = "\"\\/bfnrt".indexOf(kind);
        require(which >= 0);
        return "\"\\/\b\f\n\r\t".charAt(which);
    }

    /** Skips white space, and returns the next character; 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char wanted) {
        boolean found = peek() == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void require(boolean holds) {
        if (!holds) {
            throw broken();
        }
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException("the text is not JSON at character " + at);
    }
}
