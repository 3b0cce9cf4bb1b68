package dev.sluice.demos.page;

import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;

/// Files of pages, from the resources beside a class. A page says everything in English and in Chinese; which
/// of them is seen hangs on its root's `lang`.
public final class Page {
    /// This server's own files and connections, and no script or style within a page: whatever gets into a page
    /// as markup by mistake is nothing that runs. Framed by the gallery of the same server alone.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private Page() {}

    /// A page in the language that its reader likes best.
    public static Responder html(Class<?> beside, String name) {
        String file = text(beside, name);
        return request -> protect(Response.html(file.replace("{{language}}", language(request))));
    }

    /// A file that a page loads.
    public static Responder file(Class<?> beside, String name) {
        String type = switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            default -> "text/plain; charset=utf-8";
        };
        byte[] bytes = bytes(beside, name);
        return _ -> protect(Response.of(type, bytes));
    }

    /// With what keeps a page to itself.
    public static Response protect(Response response) {
        return response.header("Content-Security-Policy", POLICY)
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
