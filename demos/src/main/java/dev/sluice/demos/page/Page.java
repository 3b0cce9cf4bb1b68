package dev.sluice.demos.page;

import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.regex.Pattern;

/// Files of pages, from the resources beside a class, read when somebody asks for them: a hub starts sooner without. A
/// page says everything in English and in Chinese; which of them is seen hangs on its root's `lang`.
public final class Page {
    /// This server's own files and connections, and no script or style within a page: whatever gets into a page
    /// as markup by mistake is nothing that runs. Framed by the gallery of the same server alone.
    private static final String POLICY = "default-src 'none'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
            + "script-src 'self'";

    private static final String TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'";
    private static final Pattern INLINE = Pattern.compile("(?s)<script>(.*?)</script>");

    private Page() {}

    /// A page in the language that its reader likes best. Scripts within its file run, and no others.
    public static Responder html(Class<?> beside, String name) {
        return request -> {
            String file = text(beside, name);
            return protect(Response.html(file.replace("{{language}}", language(request))))
                    .header("Content-Security-Policy", policy(file));
        };
    }

    /// Lets scripts run by what they are, not by where they stand (CSP3 §6.7.3.3).
    private static String policy(String file) {
        var hashes = new StringBuilder();
        for (var script : INLINE.matcher(file).results().toList()) {
            byte[] hash = sha256(script.group(1).getBytes(StandardCharsets.UTF_8));
            hashes.append(" 'sha256-")
                    .append(Base64.getEncoder().encodeToString(hash))
                    .append('\'');
        }
        return POLICY + hashes + (hashes.isEmpty() ? TYPES : "");
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // Every JDK has it.
        }
    }

    /// A file that a page loads.
    public static Responder file(Class<?> beside, String name) {
        String type = switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            default -> "text/plain; charset=utf-8";
        };
        return _ -> protect(Response.of(type, bytes(beside, name)));
    }

    /// With what keeps a page to itself.
    public static Response protect(Response response) {
        return response.header("Content-Security-Policy", POLICY + TYPES)
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
    }

    /// `en`, or `zh` if the browser likes that better (RFC 9110 §12.5.4). A reader who chose by the switch gets
    /// the other from the script.
    private static String language(Request request) {
        try {
            var ranges = LanguageRange.parse(request.header("Accept-Language").orElse("en"));
            String best = Locale.lookupTag(ranges, List.of("en", "zh"));
            return best == null ? "en" : best;
        } catch (IllegalArgumentException malformed) {
            return "en"; // It only says what somebody likes.
        }
    }

    /// The text of a file; without it the demos were built wrongly.
    public static String text(Class<?> beside, String name) {
        return new String(bytes(beside, name), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Class<?> beside, String name) {
        try (InputStream file = beside.getResourceAsStream(name)) {
            if (file == null) throw new IllegalStateException("the demos were built without their file " + name);
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
