package dev.sluice;

import java.nio.file.Path;
import java.util.function.Consumer;

/// What is at which path. A path is written in full, as `/api/hello`; a `*` stands for one segment, a final
/// `**` for all that follows: `/users/*/name`, `/files/**`. Of several that fit the one with the fewest
/// stars counts, and a program's own paths win over those of the hub. [Request#stars] has what the stars
/// stood for.
///
/// All of it is said before the start.
public interface Routes {
    /// Answers `GET`, and `HEAD` with the same head.
    Routes get(String path, Responder responder);

    Routes post(String path, Responder responder);

    Routes put(String path, Responder responder);

    Routes delete(String path, Responder responder);

    /// Answers `GET` with a stream of events. The handler has a virtual thread for each connection, may
    /// block for as long as it likes, and is interrupted when its client leaves; when it returns the stream
    /// ends, unless it left a timer ([SseStream#every]).
    Routes sse(String path, Handler<SseStream> handler);

    /// Speaks WebSocket with whoever asks for it here. The handler has a virtual thread for each
    /// connection; when it returns the connection stays open, for the callbacks that it has left.
    Routes ws(String path, Handler<WebSocket> handler);

    /// Serves the files of a folder to `GET`, and its `index.html` for the folder itself. Nothing outside
    /// of it, no hidden file, and none of more than 16 MiB. Other routes win over files.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="files"}
    Routes files(String path, Path folder);

    /// Serves, as [#files] does, a folder that is packaged with the program, beside this class.
    Routes resources(String path, Class<?> beside, String folder);

    /// Answers all that nothing else answers, here and below; without it that is a problem of status 404 or
    /// 405.
    Routes notFound(Responder responder);

    /// Puts other routes below a prefix. What they say of paths is relative to it, so that one and the same
    /// program part can stand at `/` of its own port, or at `/demos/clock` of another's.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="mount"}
    Routes mount(String prefix, Consumer<? super Routes> routes);
}
