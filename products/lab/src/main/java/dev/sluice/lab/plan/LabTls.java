package dev.sluice.lab.plan;

import java.nio.file.Path;

/// A certificate for the lane that needs TLS.
///
/// @param authority   the certificate authority to trust (PEM)
/// @param certificate the certificate of the lab's hub, with its private key (PEM)
public record LabTls(Path authority, Path certificate) {}
