// Generators and the ops that draw from them.
#include <emscripten/bind.h>

#include <memory>

#include "ops/dropout.h"
#include "ops/random.h"
#include "wire.h"

namespace torch::bindings {

namespace {

// Generator 0 is the default one; its place stays empty.
std::vector<std::unique_ptr<Generator>>& generators() {
  static std::vector<std::unique_ptr<Generator>> list(1);
  return list;
}

int32_t new_generator() {
  generators().push_back(std::make_unique<Generator>());
  return static_cast<int32_t>(generators().size() - 1);
}

void release_generator(int32_t handle) {
  if (handle > 0) generators()[static_cast<size_t>(handle)].reset();
}

// A seed has 64 bits; it crosses as two halves.
void manual_seed(int32_t handle, uint32_t high, uint32_t low) {
  generator(handle).manual_seed(static_cast<uint64_t>(high) << 32 | low);
}
// Below 2^53, so that it is an exact number.
double reseed(int32_t handle) { return static_cast<double>(generator(handle).seed()); }
uint32_t initial_seed_high(int32_t handle) {
  return static_cast<uint32_t>(generator(handle).initial_seed() >> 32);
}
uint32_t initial_seed_low(int32_t handle) {
  return static_cast<uint32_t>(generator(handle).initial_seed());
}
int32_t get_state(int32_t handle) { return hold(generator(handle).get_state()); }
void set_state(int32_t handle, int32_t state) { generator(handle).set_state(held(state)); }

}  // namespace

Generator& generator(int32_t handle) {
  if (handle == 0) return default_generator();
  const auto i = static_cast<size_t>(handle);
  check(i < generators().size() && generators()[i], "generator ", handle, " was released");
  return *generators()[i];
}

EMSCRIPTEN_BINDINGS(random) {
  using emscripten::function;

  // Generators
  function("new_generator()", &new_generator);
  function("release_generator(generator)", &release_generator);
  function("manual_seed(generator, high, low)", &manual_seed);
  function("reseed(generator)", &reseed);
  function("initial_seed_high(generator)", &initial_seed_high);
  function("initial_seed_low(generator)", &initial_seed_low);
  function("get_rng_state(generator)", &get_state);
  function("set_rng_state(generator, state)", &set_state);

  // New tensors
  function("rand(sizes, dtype, generator)", wire<&torch::rand>);
  function("randn(sizes, dtype, generator)", wire<&torch::randn>);
  function("randint(low, high, sizes, dtype, generator)", wire<&torch::randint>);
  function("randperm(n, dtype, generator)", wire<&torch::randperm>);
  function("normal(mean, std, generator)", wire<&torch::normal>);
  function("bernoulli(p, generator)", wire<&torch::bernoulli>);
  function("multinomial(probs, num_samples, replacement, generator)", wire<&torch::multinomial>);

  // In place
  function("uniform_(x, from, to, generator)", wire<&torch::uniform_>);
  function("normal_(x, mean, std, generator)", wire<&torch::normal_>);
  function("bernoulli_(x, p, generator)", wire<&torch::bernoulli_>);
  function("bernoulli_tensor_(x, p, generator)", wire<&torch::bernoulli_tensor_>);
  function("exponential_(x, lambd, generator)", wire<&torch::exponential_>);
  function("random_(x, generator)", wire<&torch::random_>);
  function("random_from_to_(x, from, to, generator)", wire<&torch::random_from_to_>);
  function("log_normal_(x, mean, std, generator)", wire<&torch::log_normal_>);
  function("cauchy_(x, median, sigma, generator)", wire<&torch::cauchy_>);
  function("geometric_(x, p, generator)", wire<&torch::geometric_>);

  // Dropout
  function("dropout(x, p, train)", wire<&torch::dropout>);
  function("alpha_dropout(x, p, train)", wire<&torch::alpha_dropout>);
  function("feature_dropout(x, p, train)", wire<&torch::feature_dropout>);
  function("feature_alpha_dropout(x, p, train)", wire<&torch::feature_alpha_dropout>);
  function("dropout_(x, p, train)", wire<&torch::dropout_>);
  function("alpha_dropout_(x, p, train)", wire<&torch::alpha_dropout_>);
  function("feature_dropout_(x, p, train)", wire<&torch::feature_dropout_>);
  function("feature_alpha_dropout_(x, p, train)", wire<&torch::feature_alpha_dropout_>);
  function("alpha_dropout_a(p)", wire<&torch::alpha_dropout_a>);
  function("alpha_dropout_b(p)", wire<&torch::alpha_dropout_b>);
}

}  // namespace torch::bindings
