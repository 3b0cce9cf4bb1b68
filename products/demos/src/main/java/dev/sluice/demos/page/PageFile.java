package dev.sluice.demos.page;

import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/// Serves files from the resources of a class: pages of programs that also run without a hub, and the files
/// that they load. A page's file has its texts in English and Chinese; the server sends one of them. Files
/// are read on request, so that a hub starts faster.
public final class PageFile {
    /// Allows only this server's files and connections and forbids inline scripts and styles, so that injected markup
    /// cannot run. Only the gallery of the same server may frame a page.
    private static final String POLICY = "default-src 'none'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
            + "script-src 'self'";

    private static final String TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'";
    private static final Pattern GZIP = Pattern.compile("(?i)\\bgzip\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))");
    private static final Pattern INLINE = Pattern.compile("(?s)<script>(.*?)</script>");

    private PageFile() {}

    /// Serves a page in the language of its reader. Only the page's own inline scripts may run.
    public static Responder html(Class<?> anchor, String name) {
        return request -> {
            String file = PageLanguage.of(request).only(text(anchor, name));
            return protect(Response.html(file)).header("Content-Security-Policy", policy(file));
        };
    }

    /// Allows inline scripts by their hash (CSP3 §6.7.3.3).
    private static String policy(String file) {
        var hashes = new StringBuilder();
        for (var script : INLINE.matcher(file).results().toList()) {
            byte[] hash = sha256(script.group(1).getBytes(StandardCharsets.UTF_8));
            hashes.append(" 'sha256-")
                    .append(Base64.getEncoder().encodeToString(hash))
                    .append('\'');
        }
        return POLICY + hashes + TYPES;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // Every JDK has SHA-256.
        }
    }

    /// Redirects browsers that open the root of a server to a page; other clients get the program's own
    /// response.
    public static Response rootOr(Request request, String page, Response answer) {
        boolean isPerson = request.header("Accept").orElse("").contains("text/html");
        return request.path().equals("/") && isPerson
                ? Response.empty().status(302).header("Location", page)
                : answer;
    }

    /// Serves a file that a page loads.
    public static Responder file(Class<?> anchor, String name) {
        String type = switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> "text/plain; charset=utf-8";
        };
        return request -> {
            byte[] file = bytes(anchor, name);
            if (!GZIP.matcher(request.header("Accept-Encoding").orElse("")).find())
                return protect(Response.of(type, file));
            return protect(Response.of(type, zipped(file)).header("Content-Encoding", "gzip"));
        };
    }

    /// A page loads dozens of files, and compression makes them a third as large.
    private static byte[] zipped(byte[] file) {
        var small = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(small)) {
            zip.write(file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // The stream is in memory.
        }
        return small.toByteArray();
    }

    /// Adds the security headers of a page.
    public static Response protect(Response response) {
        return response.header("Content-Security-Policy", POLICY + TYPES)
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
    }

    /// Returns the text of a resource.
    ///
    /// @throws IllegalStateException if it is missing from the build
    public static String text(Class<?> anchor, String name) {
        return new String(bytes(anchor, name), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Class<?> anchor, String name) {
        try (InputStream file = anchor.getResourceAsStream(name)) {
            if (file == null) throw new IllegalStateException("the demos were built without their file " + name);
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
