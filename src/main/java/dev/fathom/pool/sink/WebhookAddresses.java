package dev.fathom.pool.sink;

import java.net.InetAddress;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses a webhook may be called at: all of its host's that the rules allow, those first that have not failed, then
 * those that failed longest ago.
 */
final class WebhookAddresses {

    private static final long STAND_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String url;
    private final String host;
    private final WebhookRules rules;
    private final Lookups lookups;
    private final AtomicLong failures = new AtomicLong();
    /** When an address failed, in failures. */
    private final Map<InetAddress, Long> failed = new ConcurrentHashMap<>();

    private volatile @Nullable Checked checked;

    /** Addresses that were allowed, for a short while. */
    private record Checked(List<InetAddress> addresses, long at) {}

    WebhookAddresses(String url, WebhookRules rules, Lookups lookups) {
        this.url = url;
        this.host = URI.create(url).getHost();
        this.rules = rules;
        this.lookups = lookups;
    }

    /** Tells one of both once, on any thread: at least one address to call, or why there is none. */
    void find(Consumer<List<InetAddress>> found, Consumer<String> refused) {
        Checked known = checked;
        if (known != null && System.nanoTime() - known.at() < STAND_NANOS) {
            found.accept(inOrder(known.addresses()));
            return;
        }
        Optional<String> refusal = rules.refusal(url);
        if (refusal.isPresent()) {
            refused.accept(refusal.get());
            return;
        }
        var unused = lookups.addressesOf(host).whenComplete((resolved, failure) -> {
            if (failure != null) {
                refused.accept("The name " + host + " does not resolve.");
            } else {
                judge(resolved, found, refused);
            }
        });
    }

    private void judge(List<InetAddress> resolved, Consumer<List<InetAddress>> found, Consumer<String> refused) {
        List<InetAddress> allowed =
                resolved.stream().filter(rules::allows).distinct().toList();
        if (allowed.isEmpty()) {
            refused.accept("The name " + host
                    + " resolves to an address webhooks may not reach (fathom.pool.webhook.allowed-cidrs).");
            return;
        }
        failed.keySet().retainAll(allowed);
        checked = new Checked(allowed, System.nanoTime());
        found.accept(inOrder(allowed));
    }

    private List<InetAddress> inOrder(List<InetAddress> addresses) {
        return failed.isEmpty()
                ? addresses
                : addresses.stream()
                        .sorted(Comparator.comparingLong(address -> failed.getOrDefault(address, 0L)))
                        .toList();
    }

    void worked(InetAddress address) {
        if (!failed.isEmpty()) {
            failed.remove(address);
        }
    }

    /** It could not be connected to, or gave no answer. */
    void failed(InetAddress address) {
        failed.put(address, failures.incrementAndGet());
    }
}
