package dev.sluice.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/// A certificate for this machine, with the authority that issued it, in a folder. The authority is kept as
/// long as it can issue certificates, so that clients need to trust it only once.
///
/// | file | |
/// | --- | --- |
/// | `authority.pem` | for clients to trust |
/// | `authority-key.pem` | the same certificate with its private key |
/// | `hub.pem` | the certificate with its private key |
///
/// A key and its certificate are in one file, which is replaced atomically, so that a crash never leaves a key
/// and a certificate that do not match.
///
/// @param authority   the file for clients to trust
/// @param certificate the certificate of the server
public record DevelopmentCertificate(Path authority, CertificateSource certificate) {
    private static final Duration AUTHORITY_TIME = Duration.ofDays(3_650);

    /// Apple's clients refuse certificates of more than 825 days, even of an authority that the user trusts.
    private static final Duration TIME = Duration.ofDays(365);

    /// A certificate that expires earlier is replaced.
    private static final Duration REMAINING_MIN = Duration.ofDays(7);

    /// Uses the files in the folder, and replaces those that are missing, about to expire or for other names.
    /// Blocks, also while another process does the same.
    ///
    /// @param names host names and addresses
    /// @throws InvalidCertificateException if the authority's file is damaged: clients trust it, so it is not
    ///     replaced
    public static DevelopmentCertificate in(Path folder, Instant now, List<String> names)
            throws IOException, InvalidCertificateException {
        try (var _ = PrivateFiles.lock(folder)) {
            CertificateAuthority authority = authority(folder, now, names);
            Path shown = folder.resolve("authority.pem");
            PrivateFiles.replace(shown, PemFile.text(List.of(authority.certificate())));
            Path own = folder.resolve("hub.pem");
            if (!isUsable(own, authority.certificate(), now, names)) {
                CertifiedKey issued =
                        authority.issue(CertificateAuthority.Use.SERVER, now, TIME, names.toArray(String[]::new));
                PrivateFiles.replace(own, text(issued));
            }
            return new DevelopmentCertificate(shown, new CertificateSource.Pem(own, own));
        }
    }

    private static CertificateAuthority authority(Path folder, Instant now, List<String> names)
            throws IOException, InvalidCertificateException {
        Path file = folder.resolve("authority-key.pem");
        if (Files.exists(file)) {
            CertifiedKey own = new CertificateSource.Pem(file, file).read();
            X509CertSelector wanted = validAt(now.plus(TIME));
            for (String each : names) wanted.addPathToName(CertificateAuthority.nameType(each), each);
            if (wanted.match(own.chain().getFirst())) return new CertificateAuthority(own);
        }
        var created = new CertificateAuthority("Sluice development authority", now, AUTHORITY_TIME, names);
        PrivateFiles.replace(file, text(created.own()));
        return created;
    }

    private static boolean isUsable(Path file, X509Certificate authority, Instant now, List<String> names)
            throws IOException {
        if (!Files.exists(file)) return false;
        try {
            X509Certificate found =
                    new CertificateSource.Pem(file, file).read().chain().getFirst();
            found.verify(authority.getPublicKey());
            X509CertSelector wanted = validAt(now.plus(REMAINING_MIN));
            for (String each : names) wanted.addSubjectAlternativeName(CertificateAuthority.nameType(each), each);
            return wanted.match(found);
        } catch (InvalidCertificateException | GeneralSecurityException otherOrDamaged) {
            return false; // Replacing it costs nothing, because clients trust the authority.
        }
    }

    private static String text(CertifiedKey certified) {
        return PemFile.text(certified.key()) + PemFile.text(certified.chain());
    }

    private static X509CertSelector validAt(Instant time) {
        X509CertSelector selector = new X509CertSelector();
        selector.setCertificateValid(Date.from(time));
        return selector;
    }
}
