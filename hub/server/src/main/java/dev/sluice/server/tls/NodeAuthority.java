package dev.sluice.server.tls;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// The authority of a cluster's nodes, in a folder that only its owner may read.
///
/// | file | |
/// | --- | --- |
/// | `ca.pem` | for all nodes |
/// | `ca.key` | signs further nodes; no node needs it |
/// | `HOST.pem`, `HOST.key` | for one node |
public final class NodeAuthority {
    /// The lifetime of the authority. As long as its key is not on a node, only the nodes' certificates have to
    /// be replaced.
    public static final Duration AUTHORITY_TIME = Duration.ofDays(3_650);

    private static final String CERTIFICATE = "ca.pem";
    private static final String KEY = "ca.key";

    private final Path folder;
    private final CertificateAuthority authority;

    private NodeAuthority(Path folder, CertificateAuthority authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /// Opens the authority in a folder, or creates one. Blocks.
    ///
    /// @param now the start of a new authority's validity
    /// @throws InvalidCertificateException if one of its files is missing or damaged
    public static NodeAuthority in(Path folder, Instant now) throws IOException, InvalidCertificateException {
        PrivateFiles.createFolder(folder);
        Path certificate = folder.resolve(CERTIFICATE);
        Path key = folder.resolve(KEY);
        if (Files.exists(certificate) || Files.exists(key)) {
            return new NodeAuthority(
                    folder, new CertificateAuthority(new CertificateSource.Pem(certificate, key).read()));
        }
        var made = new CertificateAuthority("Sluice cluster authority", now, AUTHORITY_TIME);
        PrivateFiles.create(key, PemFile.text(made.own().key()));
        PrivateFiles.create(certificate, PemFile.text(made.own().chain()));
        return new NodeAuthority(folder, made);
    }

    /// The files of one node.
    public record Pair(Path certificate, Path key) {}

    /// Issues a certificate for each host. Blocks.
    ///
    /// @param hosts names or IP addresses, without port
    /// @throws FileAlreadyExistsException if a host already has files; then no file is written
    public List<Pair> issue(List<String> hosts, Instant now, Duration time) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        for (String each : new LinkedHashSet<>(hosts)) pairs.add(pair(each));
        for (Pair each : pairs) {
            for (Path file : List.of(each.certificate(), each.key())) {
                if (Files.exists(file)) throw new FileAlreadyExistsException(file.toString());
            }
        }
        for (String each : new LinkedHashSet<>(hosts)) write(pair(each), each, now, time);
        return pairs;
    }

    private void write(Pair files, String host, Instant now, Duration time) throws IOException {
        CertifiedKey issued = authority.issue(CertificateAuthority.Use.NODE, now, time, host);
        PrivateFiles.create(files.key(), PemFile.text(issued.key()));
        PrivateFiles.create(files.certificate(), PemFile.text(issued.chain()));
    }

    /// The colons of an address would end a name on some systems.
    private Pair pair(String host) {
        String name = host.replace(':', '-');
        return new Pair(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }

    public Path certificate() {
        return folder.resolve(CERTIFICATE);
    }

    public Path key() {
        return folder.resolve(KEY);
    }

    public Instant validUntil() {
        return authority.certificate().getNotAfter().toInstant();
    }
}
