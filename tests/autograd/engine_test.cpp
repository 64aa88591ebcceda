#include "autograd/engine.h"

#include "gradcheck.h"
#include "ops/activation.h"
#include "ops/creation.h"
#include "ops/inplace.h"
#include "ops/matmul.h"
#include "ops/reduce.h"
#include "ops/unary.h"

using expect::error;
using expect::same;
using expect::values;
using expect::variable;
using torch::Tensor;

namespace {

Tensor number(double v) { return Tensor::number(v); }

}  // namespace

TEST_CASE("backward: gradients add up over paths and over calls") {
  const Tensor x = variable({2}, {3, 5});
  const Tensor y = torch::sum(torch::add(torch::mul(x, x), x), {}, false, std::nullopt);
  torch::backward(y, {}, true, false);
  CHECK(same(values(x.grad()), {7, 11}));
  const Tensor first = x.grad();
  torch::backward(y, {}, false, false);
  CHECK(same(values(first), {14, 22}));  // the same tensor, added to in place
}

TEST_CASE("backward: a chain of a million ops neither overflows the stack nor leaks") {
  const int64_t before = torch::live_tensors();
  {
    const Tensor x = variable({1}, {1});
    Tensor y = x;
    for (int i = 0; i < 1'000'000; ++i) y = torch::add(y, number(1));
    torch::backward(y, {}, false, false);
    CHECK(same(values(x.grad()), {1}));
    // Saved tensors link the chain a second way.
    Tensor z = x;
    for (int i = 0; i < 300'000; ++i) z = torch::mul(z, number(1));
  }
  CHECK(torch::live_tensors() == before);
}

TEST_CASE("backward: a second pass through a freed graph is refused in PyTorch's words") {
  const Tensor x = variable({1}, {2});
  const Tensor y = torch::exp(x);
  torch::backward(y, {}, false, false);
  CHECK(error([&] {
          torch::backward(y, {}, false, false);
        }).starts_with("Trying to backward through the graph a second time"));
  // Nodes that saved nothing may run again.
  const Tensor z = torch::add(x, number(1));
  torch::backward(z, {}, false, false);
  CHECK(error([&] { torch::backward(z, {}, false, false); }) == "");
}

TEST_CASE("backward: an output that lives on does not hold the graph that has been used") {
  const Tensor x = variable({2}, {1, 2});
  Tensor h = torch::exp(x);
  const std::weak_ptr<torch::autograd::Node> under = h.grad_fn();
  const Tensor y = torch::sum(torch::mul(h, h), {}, false, std::nullopt);
  h = {};
  torch::backward(y, {}, true, false);
  CHECK(!under.expired());
  torch::backward(y, {}, false, false);
  CHECK(under.expired());
  const auto refused = [](const std::string& text) {
    return text.starts_with("Trying to backward through the graph a second time");
  };
  CHECK(refused(error([&] { torch::backward(y, {}, false, false); })));
  CHECK(refused(error([&] { torch::grad({y}, {x}, {}, false, false, false); })));
}

TEST_CASE("backward: what cannot be differentiated is named") {
  const Tensor x = variable({2}, {1, 2});
  CHECK(error([&] { torch::backward(x.detach(), {}, false, false); }) ==
        "element 0 of tensors does not require grad and does not have a grad_fn");
  CHECK(error([&] { torch::backward(torch::exp(x), {}, false, false); }) ==
        "grad can be implicitly created only for scalar outputs");
  CHECK(error([&] { torch::backward(torch::exp(x), number(1), false, false); }) ==
        "Mismatch in shape: grad_output[0] has a shape of torch.Size([]) and output[0] has a shape "
        "of torch.Size([2]).");
}

TEST_CASE("backward: a saved tensor that was written to since is noticed") {
  const Tensor x = variable({3}, {1, 2, 3});
  const Tensor y = torch::mul(x, number(1));
  const Tensor z = torch::mul(y, y);
  torch::fill_(y.detach(), 0);
  CHECK(error([&] { torch::backward(z, torch::detach(z), false, false); })
            .starts_with("one of the variables needed for gradient computation has been modified "
                         "by an inplace operation: [torch.DoubleTensor [3]], which is output 0 of "
                         "MulBackward0, is at version 1; expected version 0 instead."));
}

TEST_CASE("in place: leaves that require grad are refused, results move on in the graph") {
  const Tensor x = variable({2}, {2, 3});
  CHECK(error([&] { torch::mul_(x, number(2)); }) ==
        "a leaf Variable that requires grad is being used in an in-place operation.");
  CHECK(error([&] { torch::mul_(torch::select(x, 0, 0), number(2)); }) ==
        "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  CHECK(same(values(x), {2, 3}));
  const Tensor y = torch::mul(x, number(1));
  torch::mul_(y, x);
  torch::backward(torch::sum(y, {}, false, std::nullopt), {}, false, false);
  CHECK(same(values(x.grad()), {4, 6}));
  CHECK(error([] { torch::add_(torch::zeros({2}, torch::DType::Int64), number(1.5)); }) ==
        "result type Float can't be cast to the desired output type Long");
  CHECK(error([] {
          torch::add_(torch::zeros({3}, torch::DType::Float32),
                      torch::zeros({2, 3}, torch::DType::Float32));
        }) == "output with shape [3] doesn't match the broadcast shape [2, 3]");
}

TEST_CASE("grad: only the paths asked for, and .grad untouched") {
  const Tensor x = variable({1}, {2}), w = variable({1}, {3}), unused = variable({1}, {1});
  const Tensor h = torch::mul(x, w);
  const Tensor y = torch::mul(h, h);
  const auto grads = torch::grad({y}, {h, w}, {}, true, false, false);
  CHECK(same(values(grads[0]), {12}));
  CHECK(same(values(grads[1]), {24}));
  CHECK(!w.grad().defined());
  CHECK(error([&] {
          torch::grad({y}, {unused}, {}, true, false, false);
        }).starts_with("One of the differentiated Tensors appears to not have been used"));
}

TEST_CASE("selu: the gradient is finite far from zero") {
  const Tensor x = variable({4}, {-100, 0, 88.8, 1000});
  torch::backward(torch::sum(torch::selu(x), {}, false, std::nullopt), {}, false, false);
  const std::vector<double> g = values(x.grad());
  CHECK(g[0] >= 0);
  CHECK(g[1] == doctest::Approx(1.7580993408473766));
  CHECK(g[2] == doctest::Approx(1.0507009873554805));
  CHECK(g[3] == doctest::Approx(1.0507009873554805));
}

TEST_CASE("backward: a gradient is taken over only where nothing else refers to it") {
  const Tensor a = variable({2}, {1, 2}), b = variable({2}, {3, 4});
  const Tensor seed = torch::ones({2}, torch::DType::Float64);
  torch::backward(torch::add(a, b), seed, false, false);
  CHECK(a.grad().raw() != b.grad().raw());
  CHECK(a.grad().raw() != seed.raw());
  CHECK(b.grad().raw() != seed.raw());
  // One number, expanded: the gradient has memory of its own, for two elements.
  const Tensor c = variable({2}, {1, 2});
  torch::backward(torch::sum(c, {}, false, std::nullopt), {}, false, false);
  CHECK(c.grad().is_contiguous());
  CHECK(c.grad().storage()->bytes() == 2 * torch::element_size(c.dtype()));
}

TEST_CASE("backward: the gradient of a layer's weight lies in memory as the weight does") {
  const Tensor x = expect::tensor({3, 5}, std::vector<double>(15, 0.5), torch::DType::Float64);
  const Tensor w = variable({2, 5}, std::vector<double>(10, 0.25));
  torch::backward(torch::linear(x, w, {}), torch::ones({3, 2}, torch::DType::Float64), false,
                  false);
  CHECK(same(values(w.grad()), std::vector<double>(10, 1.5)));
  CHECK(w.grad().is_contiguous());
}
