package dev.sluice.mercure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// URL patterns (WHATWG URL Pattern) without regular expressions: names (`:id`, `:id?`), wildcards (`*`), groups
/// (`{…}`, `{…}?`) and escapes. Other parts are refused, not ignored.
final class UrlPattern {
    private static final Pattern ABSOLUTE = Pattern.compile("([^:/#]+)://([^/?#]*)(.*)", Pattern.DOTALL);
    private static final Pattern OPAQUE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile(":[\\p{L}_$][\\p{L}\\p{N}_$]*");
    private static final Pattern OPTIONAL = Pattern.compile("/?" + NAME + "\\?");

    /// @param name matches the characters of a name
    /// @param star matches the characters of a wildcard
    private record Part(IntPredicate name, IntPredicate star) {}

    private static final Part SCHEME = new Part(but(":/?#"), but(":/?#"));
    private static final Part HOST = new Part(but(".:/?#"), but("/?#"));
    private static final Part PATH = new Part(but("/?#"), but("?#"));
    private static final Part SEARCH = new Part(but("#"), but("#"));
    private static final Part HASH = new Part(LinearPattern.ANY, LinearPattern.ANY);

    private UrlPattern() {}

    private static IntPredicate but(String ends) {
        return each -> ends.indexOf(each) < 0;
    }

    /// @param base the hub's address, to which relative patterns belong
    /// @throws IllegalArgumentException if the pattern is invalid, or has what is not supported
    static LinearPattern pattern(String text, URI base) {
        var pattern = new LinearPattern.Builder();
        Matcher absolute = ABSOLUTE.matcher(text);
        if (absolute.matches()) {
            add(pattern, SCHEME, absolute.group(1).toLowerCase(Locale.ROOT));
            pattern.literal("://");
            add(pattern, HOST, absolute.group(2).toLowerCase(Locale.ROOT));
            addRest(pattern, absolute.group(3));
        } else if (OPAQUE.matcher(text).matches()) {
            add(pattern, PATH, text);
        } else {
            pattern.literal(origin(base));
            String folder = base.getPath().substring(0, base.getPath().lastIndexOf('/') + 1);
            addRest(pattern, text.startsWith("/") ? text : folder + text);
        }
        return pattern.build();
    }

    /// Adds path, query and fragment. Those that a pattern leaves out at its end match anything.
    private static void addRest(LinearPattern.Builder pattern, String text) {
        int hash = text.indexOf('#');
        String hashless = hash < 0 ? text : text.substring(0, hash);
        int search = search(hashless);
        String path = search < 0 ? hashless : hashless.substring(0, search);
        if (text.isEmpty()) pattern.star(PATH.star());
        else add(pattern, PATH, path.isEmpty() ? "/" : path);

        if (search >= 0) add(pattern.literal("?"), SEARCH, hashless.substring(search + 1));
        else if (hash < 0) addAny(pattern, "?", SEARCH);
        if (hash >= 0) add(pattern.literal("#"), HASH, text.substring(hash + 1));
        else addAny(pattern, "#", HASH);
    }

    private static void addAny(LinearPattern.Builder pattern, String prefix, Part part) {
        int begin = pattern.begin();
        pattern.literal(prefix).star(part.star()).end(begin);
    }

    /// Returns the place of the `?` that begins the query, not of one that makes a name or a group optional.
    private static int search(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            Matcher name = NAME.matcher(text).region(i, text.length());
            if (each == '\\') i++;
            else if (name.lookingAt()) i = skip(text, name.end());
            else if (each == '}' || each == '*') i = skip(text, i + 1);
            else if (each == '?') return i;
        }
        return -1;
    }

    private static int skip(String text, int at) {
        return text.startsWith("?", at) ? at : at - 1;
    }

    private static void add(LinearPattern.Builder pattern, Part part, String text) {
        int group = -1;
        int at = 0;
        while (at < text.length()) {
            char each = text.charAt(at);
            Matcher optional = OPTIONAL.matcher(text).region(at, text.length());
            Matcher name = NAME.matcher(text).region(at, text.length());
            if (optional.lookingAt()) {
                int begin = pattern.begin();
                if (each == '/') pattern.literal("/");
                pattern.plus(part.name()).end(begin);
                at = optional.end();
            } else if (name.lookingAt()) {
                pattern.plus(part.name());
                at = name.end();
                if (text.startsWith("+", at) || text.startsWith("*", at)) throw unsupported(text, at);
            } else if (each == '\\' && at + 1 < text.length()) {
                pattern.literal(text.substring(at + 1, at + 2));
                at += 2;
            } else if (each == '*') {
                pattern.star(part.star());
                at++;
            } else if (each == '{' && group < 0) {
                group = pattern.begin();
                at++;
            } else if (each == '}' && group >= 0) {
                boolean isOptional = text.startsWith("?", at + 1);
                if (isOptional) pattern.end(group);
                group = -1;
                at += isOptional ? 2 : 1;
                if (text.startsWith("+", at) || text.startsWith("*", at)) throw unsupported(text, at);
            } else if ("(){}\\".indexOf(each) >= 0) {
                throw unsupported(text, at);
            } else {
                pattern.literal("" + each);
                at++;
            }
        }
        if (group >= 0) throw new IllegalArgumentException("the URL pattern has a '{' without '}': '" + text + "'");
    }

    private static IllegalArgumentException unsupported(String text, int at) {
        return new IllegalArgumentException(
                "the URL pattern has a '" + text.charAt(at) + "' that is not supported: '" + text + "'");
    }

    /// Returns a topic as patterns see it; empty if it is no URL reference, which no pattern matches.
    static Optional<String> canonical(String topic, URI base) {
        try {
            URI url = new URI(topic);
            if (url.isOpaque()) return Optional.of(topic);
            url = base.resolve(url).normalize();
            if (url.getHost() == null) return Optional.empty();
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            String search = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
            String hash = url.getRawFragment() == null ? "" : "#" + url.getRawFragment();
            return Optional.of(origin(url) + path + search + hash);
        } catch (URISyntaxException noUrl) {
            return Optional.empty();
        }
    }

    private static String origin(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        boolean isDefault = url.getPort() < 0
                || (scheme.equals("https") && url.getPort() == 443)
                || (scheme.equals("http") && url.getPort() == 80);
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + (isDefault ? "" : ":" + url.getPort());
    }
}
