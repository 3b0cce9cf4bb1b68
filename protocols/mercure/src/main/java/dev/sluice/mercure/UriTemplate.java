package dev.sluice.mercure;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/// URI templates (RFC 6570) as patterns: which texts are an expansion of a template. A text with a prefix of a
/// variable (`{id:3}`) counts as none, rather than as one with the whole variable.
final class UriTemplate {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9_.%]+\\*?");

    private static final IntPredicate UNRESERVED = UriTemplate::isUnreserved;
    private static final IntPredicate OR_COMMA = UNRESERVED.or(given -> given == ',');
    private static final IntPredicate OR_SLASH = UNRESERVED.or(given -> given == '/');

    private UriTemplate() {}

    /// Returns empty if the text is no template, or has no expressions.
    static Optional<LinearPattern> pattern(String template) {
        if (template.indexOf('{') < 0) return Optional.empty();
        var pattern = new LinearPattern.Builder();
        int at = 0;
        while (at < template.length()) {
            int open = template.indexOf('{', at);
            int literalEnd = open < 0 ? template.length() : open;
            if (template.substring(at, literalEnd).indexOf('}') >= 0) return Optional.empty();
            pattern.literal(template.substring(at, literalEnd));
            if (open < 0) break;
            int close = template.indexOf('}', open);
            if (close < open + 2) return Optional.empty();
            if (!expression(pattern, template.substring(open + 1, close))) return Optional.empty();
            at = close + 1;
        }
        return Optional.of(pattern.build());
    }

    /// @return false if it is not valid
    private static boolean expression(LinearPattern.Builder pattern, String text) {
        char operator = "+#./;?&".indexOf(text.charAt(0)) >= 0 ? text.charAt(0) : ' ';
        List<String> variables = List.of((operator == ' ' ? text : text.substring(1)).split(",", -1));
        if (!variables.stream().allMatch(each -> VARIABLE.matcher(each).matches())) return false;
        boolean isList = variables.size() > 1 || variables.getFirst().endsWith("*");
        switch (operator) {
            case ' ' -> pattern.star(isList ? OR_COMMA : UNRESERVED);
            case '+' -> pattern.star(LinearPattern.ANY);
            case '#' -> pattern.end(begin(pattern, "#", LinearPattern.ANY));
            case '.' -> pattern.end(begin(pattern, ".", UNRESERVED));
            case '/' -> pattern.end(begin(pattern, "/", isList ? OR_SLASH : UNRESERVED));
            default -> parameters(pattern, operator, variables);
        }
        return true;
    }

    private static int begin(LinearPattern.Builder pattern, String prefix, IntPredicate set) {
        int begin = pattern.begin();
        pattern.literal(prefix).star(set);
        return begin;
    }

    /// Parameters have the names of their variables: a selector of a token permits no others.
    private static void parameters(LinearPattern.Builder pattern, char operator, List<String> variables) {
        int all = pattern.begin();
        if (operator == '?') pattern.literal("?");
        for (int i = 0; i < variables.size(); i++) {
            int each = pattern.begin();
            if (operator != '?') {
                pattern.literal("" + operator);
            } else if (i > 0) {
                int and = pattern.begin();
                pattern.literal("&").end(and);
            }
            pattern.literal(variables.get(i).replace("*", ""));
            if (operator == ';') pattern.end(begin(pattern, "=", OR_COMMA));
            else pattern.literal("=").star(OR_COMMA);
            pattern.end(each);
        }
        pattern.end(all);
    }

    /// Also those that an IRI has as they are (RFC 3987 §2.2), and what is percent-encoded.
    private static boolean isUnreserved(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || "-._~%".indexOf(character) >= 0
                || character >= 0xA0;
    }
}
