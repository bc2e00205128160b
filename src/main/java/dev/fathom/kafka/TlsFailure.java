package dev.fathom.kafka;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

/** Why a TLS handshake failed, in words. */
final class TlsFailure {

    private TlsFailure() {}

    static @Nullable String words(SslAuthenticationException failure) {
        Throwable last = failure;
        CertificateException about = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            last = cause;
            if (cause instanceof CertificateExpiredException) {
                return "the broker's certificate has expired";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "the broker's certificate is not valid yet";
            }
            if (cause instanceof CertPathBuilderException) {
                return "the broker's certificate is by an issuer that is not in the truststore";
            }
            if (cause instanceof CertificateException certificate) {
                about = certificate;
            }
        }
        return about == null
                ? last.getMessage()
                : "the broker's certificate does not fit the address (" + about.getMessage() + ")";
    }
}
