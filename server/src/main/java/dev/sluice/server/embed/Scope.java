package dev.sluice.server.embed;

import dev.sluice.Handler;
import dev.sluice.Responder;
import dev.sluice.Routes;
import dev.sluice.SseStream;
import dev.sluice.WebSocket;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Path;
import dev.sluice.server.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a program says below one prefix.
final class Scope implements Routes {
    private record Folders(String prefix, Folder folder) {}

    private final Paths paths;
    private final String prefix;
    private final List<Folders> folders = new ArrayList<>();
    private @Nullable Target notFound;

    /// @param prefix without a slash at its end; empty for the root
    Scope(Paths paths, String prefix) {
        this.paths = paths;
        this.prefix = prefix;
    }

    String prefix() {
        return prefix;
    }

    @Override
    public Routes get(String path, Responder responder) {
        return plain(HttpMethod.GET, path, responder);
    }

    @Override
    public Routes post(String path, Responder responder) {
        return plain(HttpMethod.POST, path, responder);
    }

    @Override
    public Routes put(String path, Responder responder) {
        return plain(HttpMethod.PUT, path, responder);
    }

    @Override
    public Routes delete(String path, Responder responder) {
        return plain(HttpMethod.DELETE, path, responder);
    }

    private Routes plain(HttpMethod method, String path, Responder responder) {
        return add(path, method, new Plain(paths.surroundings(), responder));
    }

    @Override
    public Routes sse(String path, Handler<SseStream> handler) {
        return add(path, HttpMethod.GET, new Streams(paths.surroundings(), handler));
    }

    @Override
    public Routes ws(String path, Handler<WebSocket> handler) {
        return add(path, Table.WEBSOCKET, new Sockets(paths.surroundings(), handler));
    }

    private Routes add(String path, HttpMethod method, Target target) {
        PathPattern.of(path); // Wrong ones are quoted as they were written, without the prefix.
        paths.table().add(prefix + path, method, target);
        return this;
    }

    @Override
    public Routes files(String path, java.nio.file.Path folder) {
        requirePlain(path);
        folders.add(new Folders(
                prefix + (path.endsWith("/") ? path : path + "/"),
                new Folder(folder, paths.surroundings().loaded())));
        return this;
    }

    @Override
    public Routes resources(String path, Class<?> beside, String folder) {
        return files(path, Packaged.folder(beside, folder));
    }

    @Override
    public Routes notFound(Responder responder) {
        notFound = new Plain(paths.surroundings(), responder);
        return this;
    }

    @Override
    public Routes mount(String prefix, Consumer<? super Routes> routes) {
        requirePlain(prefix);
        if (prefix.endsWith("/")) throw new IllegalArgumentException("a prefix ends without '/', was '" + prefix + "'");
        // Else nothing that its pages name relative to themselves would be found.
        add(
                prefix,
                HttpMethod.GET,
                (exchange, _) -> exchange.answer(Answer.empty(HttpResponseStatus.PERMANENT_REDIRECT)
                        .with(
                                HttpHeaderNames.LOCATION,
                                exchange.request().path().raw() + "/")));
        routes.accept(paths.below(this.prefix + prefix));
        return this;
    }

    private static void requirePlain(String path) {
        if (PathPattern.of(path).text().contains("*")) {
            throw new IllegalArgumentException("no stars here, was '" + path + "'");
        }
    }

    boolean hasFiles(Path path) {
        return folders.stream().anyMatch(each -> path.decoded().startsWith(each.prefix));
    }

    /// The file of this request; null: there is none here. Blocks.
    @Nullable
    Answer file(Request request) throws IOException {
        String path = request.path().decoded();
        for (Folders each : folders) {
            if (!path.startsWith(each.prefix)) continue;
            String below = path.substring(each.prefix.length());
            Answer found = each.folder.find(request, List.of(below.split("/", -1)));
            if (found != null) return found;
        }
        return null;
    }

    /// What answers what nothing else answers; null: this is not the place to ask.
    @Nullable
    Target notFound(Path path) {
        return path.decoded().startsWith(prefix + "/") ? notFound : null;
    }
}
