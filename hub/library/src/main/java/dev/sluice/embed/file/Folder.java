package dev.sluice.embed.file;

import dev.sluice.server.http.ETags;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.Gzip;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Serves the files of one folder in their current state. Blocks.
///
/// Files outside the folder are not served, even through symbolic links. Neither are files whose name begins with a
/// dot: they are rarely meant to be public (`.git`, `.env`).
public final class Folder {
    /// Files are read into memory, so this limits the cost of one request. Larger files belong on a file server.
    static final int BYTES_MAX = 16 << 20;

    /// Compresses text, so that the first view is small. Small files gain nothing; large ones take too long.
    private static final Pattern ZIPPED = Pattern.compile("^text/|javascript|json|xml");

    private static final int ZIPPED_MIN = 1 << 10;
    private static final int ZIPPED_MAX = 512 << 10;

    private static final String INDEX = "index.html";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("md", "text/markdown; charset=utf-8"),
            Map.entry("csv", "text/csv; charset=utf-8"),
            Map.entry("java", "text/plain; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("xml", "application/xml"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("avif", "image/avif"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("webm", "video/webm"));

    private final Path folder;
    private final FileMemory memory;

    /// @throws IllegalArgumentException if there is no such folder
    public Folder(Path folder, FileMemory memory) {
        this.memory = memory;
        try {
            this.folder = folder.toRealPath();
        } catch (IOException missing) {
            throw new IllegalArgumentException("there is no folder '" + folder.toAbsolutePath() + "'", missing);
        }
        if (!Files.isDirectory(this.folder)) {
            throw new IllegalArgumentException("'" + folder.toAbsolutePath() + "' is not a folder");
        }
    }

    /// Finds the file at this path below the folder.
    ///
    /// @return null if there is no such file, or it must not be served
    @Nullable
    public FileResponse find(RequestHead request, List<String> segments) throws IOException {
        try {
            Path file = resolve(segments);
            if (file == null) return null;
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                if (segments.getLast().isEmpty() || !Files.isRegularFile(file.resolve(INDEX))) return null;
                return new FileResponse(TrailingSlash.redirect(request), null);
            }
            return attributes.isRegularFile() ? answer(request, file, attributes) : null;
        } catch (NoSuchFileException | InvalidPathException nothing) {
            return null;
        }
    }

    private @Nullable Path resolve(List<String> segments) throws IOException {
        Path file = folder;
        for (int i = 0; i < segments.size(); i++) {
            String each = segments.get(i);
            boolean isLast = i == segments.size() - 1;
            if (isLast && each.isEmpty()) each = INDEX;
            // Includes characters that only some file systems treat as separators.
            if (each.isEmpty() || each.startsWith(".") || each.matches(".*[/\\\\:\\x00].*")) return null;
            file = file.resolve(each);
        }
        Path real = file.toRealPath();
        return real.startsWith(folder) ? real : null;
    }

    private FileResponse answer(RequestHead request, Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.size() > BYTES_MAX) throw new IOException(file + " has more than " + BYTES_MAX + " bytes");
        String type = contentType(file);
        boolean isZipped = ZIPPED.matcher(type).find()
                && attributes.size() >= ZIPPED_MIN
                && attributes.size() <= ZIPPED_MAX
                && Gzip.isAccepted(request);
        // Misses a change within the clock's resolution that keeps the size; files are not edited that fast.
        String etag = String.format(
                Locale.ROOT,
                "\"%x-%x%s\"",
                attributes.size(),
                attributes.lastModifiedTime().toInstant().toEpochMilli(),
                isZipped ? "-gzip" : ""); // It differs for each coding (RFC 9110 §8.8.3.3).
        // Cached, but revalidated on every load, so that changes are visible at once.
        boolean isKnown = ETags.isKnown(request, etag);
        ServerResponse head = ServerResponse.empty(isKnown ? Status.NOT_MODIFIED : Status.OK)
                .with(HeaderNames.ETAG, etag)
                .with(HeaderNames.CACHE_CONTROL, "no-cache")
                .with("Vary", "Accept-Encoding");
        if (isKnown) return new FileResponse(head, null);
        head.with(HeaderNames.CONTENT_TYPE, type);
        if (!isZipped) return new FileResponse(head, FileBytes.read(file, (int) attributes.size(), memory));
        byte[] zipped = memory.zipped(etag + " " + file.toUri(), () -> Files.readAllBytes(file));
        return new FileResponse(head.with(HeaderNames.CONTENT_ENCODING, "gzip"), FileBytes.of(zipped, memory));
    }

    private static String contentType(Path file) {
        String name = String.valueOf(file.getFileName());
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(extension, "application/octet-stream");
    }
}
