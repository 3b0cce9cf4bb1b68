package dev.sluice.server.http.h2;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.net.outlet.StreamProgress;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;

/// Netty's HTTP/2 codec, with the limits of one connection. A client that exceeds a limit loses the connection
/// with `GOAWAY`, mostly with `ENHANCE_YOUR_CALM`.
final class Http2CodecBuilder extends Http2FrameCodecBuilder {
    /// The maximum number of streams that the client may reset (CVE-2023-44487), and of streams that it may make
    /// the server reset (CVE-2025-8671), within [#RESET_SECONDS]. A page that closes and reopens its streams
    /// stays far below it.
    static final int RESETS_MAX = 200;

    private static final int RESET_SECONDS = 30;

    /// Acknowledgements of PING and SETTINGS, and resets, that wait for a client that does not read
    /// (CVE-2019-9514).
    private static final int UNREAD_CONTROL_FRAMES_MAX = 1000;

    /// Empty DATA frames in a row (CVE-2019-9518).
    private static final int EMPTY_FRAMES_MAX = 16;

    /// Frames of less than 8 KiB that continue a head (CVE-2024-27316); its size is limited, too.
    private static final int CONTINUATIONS_MAX = 16;

    private static final AsciiString SET_COOKIE = AsciiString.cached("set-cookie");

    private Http2CodecBuilder(Channel channel, HttpSettings settings) {
        DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new StreamProgress(channel, connection)));
        connection(connection);
        initialSettings(Http2Settings.defaultSettings()
                .maxConcurrentStreams(settings.streamsMax())
                .maxHeaderListSize((long) settings.requestLineBytesMax() + settings.headerBytesMax()));
        decoderEnforceMaxRstFramesPerWindow(RESETS_MAX, RESET_SECONDS);
        encoderEnforceMaxRstFramesPerWindow(RESETS_MAX, RESET_SECONDS);
        encoderEnforceMaxQueuedControlFrames(UNREAD_CONTROL_FRAMES_MAX);
        decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_FRAMES_MAX);
        decoderEnforceMaxSmallContinuationFrames(CONTINUATIONS_MAX);
        validateRequiredPseudoHeaders(true);
        headerSensitivityDetector((name, value) -> SET_COOKIE.contentEqualsIgnoreCase(name));
        decoupleCloseAndGoAway(true); // close() closes at once; code that needs a GOAWAY sends it first.
        gracefulShutdownTimeoutMillis(settings.lingerTime().toMillis());
    }

    static Http2FrameCodec build(Channel channel, HttpSettings settings) {
        return new Http2CodecBuilder(channel, settings).build();
    }
}
