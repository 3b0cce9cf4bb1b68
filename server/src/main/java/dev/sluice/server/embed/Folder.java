package dev.sluice.server.embed;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.ETags;
import dev.sluice.server.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The files of one folder, as they are now. Blocks.
///
/// Nothing outside the folder is served, wherever its links point, and nothing whose name begins with a
/// dot: such files are seldom meant for others (`.git`, `.env`).
final class Folder {
    /// A file is read whole, so this is what one request can cost. Larger ones belong on a server of files.
    static final int BYTES_MAX = 16 << 20;

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
    private final AtomicLong loaded;

    /// @param loaded counts the bytes of all files on their way
    /// @throws IllegalArgumentException if there is no such folder
    Folder(Path folder, AtomicLong loaded) {
        this.loaded = loaded;
        try {
            this.folder = folder.toRealPath();
        } catch (IOException missing) {
            throw new IllegalArgumentException("there is no folder '" + folder.toAbsolutePath() + "'", missing);
        }
        if (!Files.isDirectory(this.folder)) {
            throw new IllegalArgumentException("'" + folder.toAbsolutePath() + "' is no folder");
        }
    }

    /// What is at this path below the folder; null: nothing that is to be had.
    @Nullable
    Answer find(Request request, List<String> segments) throws IOException {
        try {
            Path file = resolve(segments);
            if (file == null) return null;
            BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
            if (about.isDirectory()) {
                if (segments.getLast().isEmpty() || !Files.isRegularFile(file.resolve(INDEX))) return null;
                // So that what the page names relative to itself is found.
                return Answer.empty(HttpResponseStatus.PERMANENT_REDIRECT)
                        .with(HttpHeaderNames.LOCATION, request.path().raw() + "/");
            }
            return about.isRegularFile() ? answer(request, file, about) : null;
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
            // Also what only some system takes for a way up or out.
            if (each.isEmpty() || each.startsWith(".") || each.matches(".*[/\\\\:\\x00].*")) return null;
            file = file.resolve(each);
        }
        Path real = file.toRealPath();
        return real.startsWith(folder) ? real : null;
    }

    private Answer answer(Request request, Path file, BasicFileAttributes about) throws IOException {
        if (about.size() > BYTES_MAX) throw new IOException(file + " has more than " + BYTES_MAX + " bytes");
        // Changes within the clock's resolution that keep the size are not seen: files are not edited that fast.
        String etag = "\"%x-%x\""
                .formatted(about.size(), about.lastModifiedTime().toInstant().toEpochMilli());
        Answer answer = ETags.isKnown(request, etag)
                ? Answer.empty(HttpResponseStatus.NOT_MODIFIED)
                : Answer.of(HttpResponseStatus.OK, type(file), Loaded.read(file, (int) about.size(), loaded));
        // Kept, but asked for each time: what was changed is seen with the next load.
        return answer.with(HttpHeaderNames.ETAG, etag).with(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    }

    private static String type(Path file) {
        String name = String.valueOf(file.getFileName());
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(ending, "application/octet-stream");
    }
}
