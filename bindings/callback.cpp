#include "callback.h"

#include <emscripten/em_js.h>

// With no list: forget the function.
EM_JS(uint32_t, torch_call_back, (int32_t id, uint32_t list),
      { return Module["call_back"](id, list); });

namespace torch::bindings {

struct Callback::Registration {
  int32_t id;
  explicit Registration(int32_t id) : id(id) {}
  ~Registration() { torch_call_back(id, 0); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
};

Callback::Callback(int32_t id) : registration_(std::make_shared<Registration>(id)) {}

int32_t Callback::id() const { return registration_->id; }

std::vector<double> Callback::numbers(const std::vector<double>& arguments) const {
  const auto alive = registration_;
  const double* p = at(torch_call_back(alive->id, list_result(arguments)));
  return {p + 1, p + 1 + static_cast<size_t>(p[0])};
}

std::vector<Tensor> Callback::operator()(const std::vector<Tensor>& arguments) const {
  const auto alive = registration_;
  using Tensors = Wire<std::vector<Tensor>>;
  return Tensors::from(torch_call_back(alive->id, Tensors::to(arguments)));
}

}  // namespace torch::bindings
