// The bare payment walk: one Philox4x32-10 draw a line, and the day from due on which its buckets' force reaches it.
// The same arithmetic as simkit.streams.uniform and simkit.behaviour.payment, in the same order.

#include <cmath>
#include <cstdint>

static double uniform(uint64_t seed, uint64_t replication, uint64_t stream, uint64_t entity, uint64_t index) {
    const uint64_t low = 0xFFFFFFFFu;
    uint64_t c0 = entity & low, c1 = entity >> 32, c2 = index & low, c3 = stream & low;
    uint64_t k0 = seed & low, k1 = replication & low;
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = 0xD2511F53u * c0, p1 = 0xCD9E8D57u * c2;
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c1 = p1 & low;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c3 = p0 & low;
        k0 = (k0 + 0x9E3779B9u) & low;
        k1 = (k1 + 0xBB67AE85u) & low;
    }
    const uint64_t bits = (c0 << 20) | (c1 >> 12);
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

static double daily_force(double logit) {
    if (logit > 0.0) return logit + std::log1p(std::exp(-logit));
    return std::log1p(std::exp(logit));
}

extern "C" void walk(int64_t lines, int64_t seed, int64_t stream, const double* shift, const int64_t* since,
                     const double* alpha, const int64_t* starts, int64_t buckets, int64_t* paid) {
    const int64_t never = 1000000;
    for (int64_t n = 0; n < lines; ++n) {
        const double goal = -std::log1p(-uniform(seed, 0, stream, n, 0));
        double force = 0.0;
        int64_t day = since[n], bucket = 0, found = never;
        while (bucket < buckets && day >= starts[bucket]) ++bucket;
        while (day < never) {
            const int64_t end = bucket < buckets ? starts[bucket] : never;
            const double step = daily_force(alpha[bucket] + shift[n]);
            const double missing = goal - force;
            if (missing <= step) {
                found = day;
                break;
            }
            if (step > 0.0 && missing <= step * static_cast<double>(end - day)) {
                found = day + static_cast<int64_t>(std::ceil(missing / step)) - 1;
                break;
            }
            force += static_cast<double>(end - day) * step;
            day = end;
            ++bucket;
        }
        paid[n] = found;
    }
}
