package dev.sluice.server.net;

import com.fasterxml.jackson.annotation.JsonApplyView;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.netty.channel.IoHandlerFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.Version;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.PackageVersion;

/// The libraries that a program's build may have replaced by older ones: the parent of Spring Boot, for example,
/// sets the versions of Netty and Jackson. Without a check, the first request that needs a missing class fails.
public final class Dependencies {
    static final String NETTY = "4.2.18.Final";
    static final String ANNOTATIONS = "2.22";

    /// Thrown if a library is older than Sluice or another library needs.
    public static final class DependencyTooOldException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        private DependencyTooOldException(String message, LinkageError missing) {
            super(message, missing);
        }
    }

    private Dependencies() {}

    /// Uses a class and a method of Netty and one of Jackson's annotations that older versions lack. They are more
    /// reliable than version numbers: programs are repackaged, and the manifests of libraries get lost.
    ///
    /// @throws DependencyTooOldException with the artifact, the version that was found and the one that is needed
    public static void check() {
        require(() -> IoHandlerFactory.class, "io.netty:netty-transport", Dependencies::netty, NETTY, "netty.version");
        require( // Without it, as in 4.2.9, each connection would fail.
                () -> new HttpDecoderConfig().setUseRfc9112TransferEncoding(true),
                "io.netty:netty-codec-http",
                Dependencies::netty,
                NETTY,
                "netty.version");
        if (PackageVersion.VERSION.getMinorVersion() < 2) return; // Jackson 3.0 and 3.1 need older annotations.
        require(
                () -> JsonApplyView.class,
                "com.fasterxml.jackson.core:jackson-annotations",
                Dependencies::annotations,
                ANNOTATIONS,
                "the version of this artifact, or import tools.jackson:jackson-bom:" + PackageVersion.VERSION);
    }

    private static void require(
            Supplier<Object> load, String artifact, Supplier<@Nullable String> found, String needed, String setting) {
        try {
            Objects.requireNonNull(load.get());
        } catch (LinkageError missing) {
            String version = found.get();
            throw new DependencyTooOldException(
                    "The program has %s %s, and Sluice needs %s or later: the build of the program, or its parent, sets another version. Set %s there. (%s)"
                            .formatted(
                                    artifact,
                                    version == null ? "of an unknown version" : version,
                                    needed,
                                    setting,
                                    missing),
                    missing);
        }
    }

    static @Nullable String netty() {
        Version found = Version.identify().get("netty-transport");
        return found == null ? null : found.artifactVersion();
    }

    static @Nullable String annotations() {
        return JsonProperty.class.getPackage().getImplementationVersion();
    }
}
