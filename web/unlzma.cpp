// Unpacks LZMA, which takes a fifth less of the download than deflate, before the library itself is
// there: a module of its own, 1 KB, that reads a raw stream with lc = 4, lp = 0, pb = 0, as
// `xz --format=raw` writes it (Pavlov, LZMA specification, 2015; in the public domain).
#include <algorithm>
#include <cstdint>

namespace {

constexpr int kContextBits = 4;

// Probabilities of a 0, in 2048ths.
using Probability = uint16_t;
constexpr int kProbabilityBits = 11, kAdaptation = 5;
constexpr uint32_t kBelowOne = (1 << kProbabilityBits) - (1 << kAdaptation) + 1;
constexpr Probability kEven = 1 << (kProbabilityBits - 1);

struct RangeDecoder {
  const uint8_t* next;
  const uint8_t* end;
  uint32_t range = 0xFFFFFFFF, code = 0, missing = 0;

  // Past the end come zeros, and intact() tells.
  uint8_t byte() { return next < end ? *next++ : (++missing, 0); }
  bool intact() const { return missing == 0; }

  uint32_t bit(Probability& p) {
    const uint32_t bound = (range >> kProbabilityBits) * p;
    const bool one = code >= bound;
    // Without a branch, which is mispredicted time and again. A 1 takes p / 32 off p, a 0
    // adds (2048 - p) / 32, both rounded down.
    const uint32_t ones = -static_cast<uint32_t>(one);
    range = bound + (ones & (range - 2 * bound));
    code -= ones & bound;
    p = static_cast<Probability>(p - ((p - static_cast<int>(~ones & kBelowOne)) >> kAdaptation));
    normalize();
    return one;
  }

  uint32_t even_bits(int count) {
    uint32_t value = 0;
    for (; count > 0; --count) {
      range >>= 1;
      const bool one = code >= range;
      if (one) code -= range;
      value = value << 1 | one;
      normalize();
    }
    return value;
  }

  // Highest bit first; `p` has a probability for each prefix.
  uint32_t tree(Probability* p, int bits) {
    uint32_t prefix = 1;
    for (int i = 0; i < bits; ++i) prefix = prefix << 1 | bit(p[prefix]);
    return prefix - (1u << bits);
  }

  // Lowest bit first.
  uint32_t reverse_tree(Probability* p, int bits) {
    uint32_t prefix = 1, value = 0;
    for (int i = 0; i < bits; ++i) {
      const uint32_t b = bit(p[prefix]);
      prefix = prefix << 1 | b;
      value |= b << i;
    }
    return value;
  }

  void normalize() {
    if (range >= 1u << 24) return;
    range <<= 8;
    code = code << 8 | byte();
  }
};

struct LengthModel {
  Probability beyond_low, beyond_middle, low[8], middle[8], high[256];

  uint32_t decode(RangeDecoder& in) {
    if (!in.bit(beyond_low)) return in.tree(low, 3);
    if (!in.bit(beyond_middle)) return 8 + in.tree(middle, 3);
    return 16 + in.tree(high, 8);
  }
};

constexpr int kStates = 12;
// States below this came from a literal.
constexpr uint32_t kAfterMatch = 7;
constexpr uint32_t kShortest = 2;
// Slots from here on have bits of their own; from kEvenFrom on, their upper ones are even.
constexpr uint32_t kBitsFrom = 4, kEvenFrom = 14;

struct Model {
  Probability match[kStates], repeat[kStates], not_last[kStates], not_second[kStates],
      not_third[kStates], long_repeat[kStates];
  Probability slot[4][64], special[128], align[16];
  LengthModel length, repeat_length;
  Probability literal[1 << kContextBits][0x300];
};

Model model;

uint8_t literal(RangeDecoder& in, Probability* p, bool after_match, uint32_t matched) {
  uint32_t prefix = 1;
  // After a match the byte that would have gone on is a context, until the first bit that differs.
  while (after_match && prefix < 0x100) {
    const uint32_t expected = matched >> 7 & 1;
    matched <<= 1;
    const uint32_t b = in.bit(p[((1 + expected) << 8) + prefix]);
    prefix = prefix << 1 | b;
    if (b != expected) break;
  }
  while (prefix < 0x100) prefix = prefix << 1 | in.bit(p[prefix]);
  return static_cast<uint8_t>(prefix);
}

uint32_t new_distance(RangeDecoder& in, uint32_t length) {
  const uint32_t slot = in.tree(model.slot[std::min(length - kShortest, 3u)], 6);
  if (slot < kBitsFrom) return slot;
  const int bits = static_cast<int>(slot >> 1) - 1;
  uint32_t distance = (2 | (slot & 1)) << bits;
  if (slot < kEvenFrom) return distance + in.reverse_tree(model.special + distance - slot, bits);
  distance += in.even_bits(bits - 4) << 4;
  return distance + in.reverse_tree(model.align, 4);
}

// What is unpacked so far, and what the next byte depends on.
struct Unpacked {
  RangeDecoder in;
  uint8_t* out;
  uint32_t size, at = 0, state = 0;
  // The last four distances, less 1, the latest first.
  uint32_t distance[4] = {};

  void prefer(int i) {
    const uint32_t latest = distance[i];
    for (; i > 0; --i) distance[i] = distance[i - 1];
    distance[0] = latest;
  }
};

Unpacked unpacked;

}  // namespace

// Prepares to unpack the `packed` bytes, a stream of `size` bytes, to `out`.
extern "C" void begin(const uint8_t* packed, uint32_t packed_size, uint8_t* out, uint32_t size) {
  auto* probabilities = reinterpret_cast<Probability*>(&model);
  std::fill_n(probabilities, sizeof(Model) / sizeof(Probability), kEven);
  // The first byte is 0 by definition.
  unpacked = {{packed + 1, packed + packed_size}, out, size};
  RangeDecoder& in = unpacked.in;
  for (int i = 0; i < 4; ++i) in.code = in.code << 8 | in.byte();
}

// Goes on until `until` bytes or more stand at `out`; whether the stream has been whole so far.
extern "C" bool unlzma(uint32_t until) {
  Unpacked u = unpacked;
  RangeDecoder& in = u.in;
  Model& m = model;
  uint8_t* const out = u.out;
  const uint32_t end = std::min(until, u.size);
  while (u.at < end && in.intact()) {
    if (!in.bit(m.match[u.state])) {
      const uint8_t before = u.at > 0 ? out[u.at - 1] : 0;
      const bool after_match = u.state >= kAfterMatch;
      out[u.at] = literal(in, m.literal[before >> (8 - kContextBits)], after_match,
                          after_match ? out[u.at - u.distance[0] - 1] : 0);
      ++u.at;
      u.state = u.state < 4 ? 0 : u.state < 10 ? u.state - 3 : u.state - 6;
      continue;
    }
    uint32_t length = 1;
    if (in.bit(m.repeat[u.state])) {
      bool one_byte = false;
      if (in.bit(m.not_last[u.state])) {
        u.prefer(!in.bit(m.not_second[u.state]) ? 1 : !in.bit(m.not_third[u.state]) ? 2 : 3);
      } else {
        one_byte = !in.bit(m.long_repeat[u.state]);
      }
      if (!one_byte) length = kShortest + m.repeat_length.decode(in);
      u.state = u.state >= kAfterMatch ? 11 : one_byte ? 9 : 8;
    } else {
      length = kShortest + m.length.decode(in);
      u.prefer(3);
      u.distance[0] = new_distance(in, length);
      u.state = u.state < kAfterMatch ? 7 : 10;
    }
    if (u.distance[0] >= u.at || length > u.size - u.at) return false;
    for (; length > 0; --length, ++u.at) out[u.at] = out[u.at - u.distance[0] - 1];
  }
  unpacked = u;
  return in.intact();
}
