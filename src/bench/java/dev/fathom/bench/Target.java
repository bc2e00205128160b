package dev.fathom.bench;

/** What is aimed at; where there is a yardstick, as a ratio to it in the same run. The first is what it is about. */
enum Target {
    FRESH(
            "one group, 1,000 partitions, `fresh`",
            "p50 ≤ 1.3 × raw Admin done right, p99 ≤ 2 ×; ≥ 5 × faster than naive"),
    SHARED("the same, shared", "p50 ≤ 2 ms; no broker request"),
    TOTALS(
            "50 callers, totals of random groups of 1,000 partitions",
            "≥ 10 × the naive loop's rate with 50 threads; every answer a 200; p99 ≤ 200 ms"),
    ROWS(
            "50 callers, rows of random groups of 1,000 partitions",
            "≥ 4 × the naive loop's rate with 50 threads; every answer a 200; p99 ≤ 200 ms"),
    MANY("200 callers", "only 200 and 429; goodput ≥ 80 % of 50 callers'"),
    OVERLOAD("4 × the load that saturates", "goodput ≥ 80 % of the best; only 200 and 429"),
    COLD("all 1,000 groups of 1,000 partitions, cold", "≤ 3 × raw Admin done right; ≤ 1 s"),
    WARM("the same, warm", "≤ 20 ms; ≤ 60 KB gzipped"),
    REQUESTS(
            "requests at the broker for a page of groups with lag",
            "≤ 1+B+C+2L+C, and one more for each further chunk of 10,000 offsets"),
    IDLE("memory (`-Xmx256m`), idle", "≤ 150 MB"),
    AFTER("memory after 1,000 groups of 1,000 partitions", "≤ 350 MB"),
    NATIVE_MEMORY("memory of the native executable, idle and after", "≤ 80 MB and ≤ 220 MB"),
    START("start of the jar, with the archive of its classes", "≤ 2 s"),
    NATIVE_START("start of the native executable", "≤ 0.1 s"),
    SAMPLING(
            "sampling 1,000 groups of 1,000 partitions every 10 s",
            "≤ 10 % of a core; ≤ C+2L+1 requests a round per chunk"),
    BUSY("50 and 200 callers with no idle processor", "no 5xx"),
    SLOW("50 and 200 callers with a broker 1.5 s away", "no 5xx"),
    HUNG("a broker that hangs", "error within 5.5 s, ≤ 20 ms afterwards; a good answer within 2 s after it"),
    POOL_TOPIC(
            "managed consumer, topic sink", "≥ 0.9 of a plain loop at queueCapacity 10,000 and ≥ 0.6 at the defaults"),
    POOL_WEBHOOK("managed consumer, webhook", "≥ 5,000 records/s at 64 in flight"),
    POOL_IDLE("100 managed consumers without records", "≤ one core");

    final String what;
    final String aim;

    Target(String what, String aim) {
        this.what = what;
        this.aim = aim;
    }
}
