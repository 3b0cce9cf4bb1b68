// The certificate of all servers that are measured over TLS, which is its own authority.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { inHome } from './settings.mjs';

const folder = inHome('proof/bench', 'target', 'tls');
const files = { certificate: `${folder}/certificate.pem`, key: `${folder}/key.pem` };

/** Returns the files of a certificate for 127.0.0.1 and its key, and makes them once. */
export function certificate() {
    if (existsSync(files.certificate)) return files;
    mkdirSync(folder, { recursive: true });
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const name = ['-subj', '/CN=Sluice bench', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const out = ['-keyout', files.key, '-out', files.certificate];
    execFileSync('openssl', ['req', '-x509', ...curve, ...name, '-days', '3650', ...out], { stdio: 'ignore' });
    return files;
}
