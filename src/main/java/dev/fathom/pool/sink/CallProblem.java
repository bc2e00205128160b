package dev.fathom.pool.sink;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Why a call was not answered, in words that say what to fix: by kind, and never in the other end's own words. */
final class CallProblem {

    /** As the JDK writes it; the names of alerts are the protocol's. */
    private static final Pattern ALERT = Pattern.compile("alert: ([a-z_]+)");

    private CallProblem() {}

    /** Why there is no connection: to follow a colon, without a full stop. */
    static String connecting(Throwable failure) {
        return inChain(failure, CallProblem::certificate)
                .or(() -> inChain(failure, CallProblem::tls))
                .or(() -> inChain(failure, CallProblem::connection))
                .orElse("it cannot be connected to");
    }

    /** Why nothing came back on a connection that there was: a clause without a full stop. */
    static String answering(Throwable failure) {
        return inChain(failure, CallProblem::certificate)
                .or(() -> inChain(failure, CallProblem::tls))
                .or(() -> inChain(failure, CallProblem::answer))
                .orElse("what it answered is not HTTP");
    }

    /** The first cause that is known, the innermost first. */
    private static Optional<String> inChain(Throwable failure, Function<Throwable, Optional<String>> words) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(0, cause);
        }
        return chain.stream().flatMap(cause -> words.apply(cause).stream()).findFirst();
    }

    private static Optional<String> certificate(Throwable cause) {
        if (cause instanceof CertificateExpiredException) {
            return Optional.of("its certificate has expired");
        }
        if (cause instanceof CertificateNotYetValidException) {
            return Optional.of("its certificate is not valid yet");
        }
        if (cause instanceof CertPathValidatorException broken) {
            return broken.getReason() instanceof BasicReason reason ? path(reason) : Optional.empty();
        }
        if (cause instanceof CertPathBuilderException) {
            return Optional.of("its certificate has an issuer the service does not trust");
        }
        // The JDK's check of the name has no type of its own; every other one is of a subclass, or has a cause.
        if (cause.getClass() == CertificateException.class && cause.getCause() == null) {
            return Optional.of("its certificate is for another host");
        }
        return Optional.empty();
    }

    private static Optional<String> path(BasicReason reason) {
        return switch (reason) {
            case EXPIRED -> Optional.of("its certificate has expired");
            case NOT_YET_VALID -> Optional.of("its certificate is not valid yet");
            case REVOKED -> Optional.of("its certificate was revoked");
            case INVALID_SIGNATURE -> Optional.of("the signature of its certificate is wrong");
            case ALGORITHM_CONSTRAINED ->
                Optional.of("its certificate uses an algorithm or a key the service does not accept");
            case UNDETERMINED_REVOCATION_STATUS, UNSPECIFIED -> Optional.empty();
        };
    }

    private static Optional<String> tls(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return Optional.of("it does not speak TLS on that port");
        }
        if (cause instanceof SslHandshakeTimeoutException) {
            return Optional.of("its TLS handshake does not come to an end");
        }
        if (cause instanceof SSLException) {
            Matcher alert = ALERT.matcher(String.valueOf(cause.getMessage()));
            return Optional.of(
                    alert.find()
                            ? "it broke off the TLS handshake (" + alert.group(1) + ")"
                            : "the TLS handshake failed");
        }
        return Optional.empty();
    }

    private static Optional<String> connection(Throwable cause) {
        if (cause instanceof ConnectTimeoutException || cause instanceof TimeoutException) {
            return Optional.of("no connection in time");
        }
        if (cause instanceof ConnectException) {
            return Optional.of("connection refused");
        }
        if (cause instanceof NoRouteToHostException) {
            return Optional.of("no route to it");
        }
        if (cause instanceof IOException || cause instanceof HttpClosedException) {
            return Optional.of("the connection broke while it was made");
        }
        return Optional.empty();
    }

    private static Optional<String> answer(Throwable cause) {
        if (cause instanceof HttpClosedException || cause instanceof IOException) {
            return Optional.of("it closed the connection before it answered");
        }
        if (cause instanceof TooLongFrameException) {
            return Optional.of("its answer begins with a line or a header beyond all bounds");
        }
        return Optional.empty();
    }
}
