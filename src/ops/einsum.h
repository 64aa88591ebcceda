// Sums of products, spelled in Einstein's notation.
#pragma once

#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace torch {

// The operands' dimensions carry the letters of "ij,jk->ik": equal letters are multiplied along,
// letters that the output does not name are summed over. A letter twice in an operand is its
// diagonal, "..." stands for all other dimensions, which broadcast; without "->", the output has
// the letters that occur once, in alphabetical order.
Tensor einsum(const std::string& equation, const std::vector<Tensor>& operands);

}  // namespace torch
