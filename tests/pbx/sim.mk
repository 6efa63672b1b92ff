# SPDX-License-Identifier: MIT
# The simulator's player, for test_sim_compare.py.
SIM_PLAYER := $(BUILD)/tests/pbx/sim_player
$(SIM_PLAYER): $(BUILD)/tests/pbx/sim_player.o $(BUILD)/libacdtop.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

check-run: $(SIM_PLAYER)
-include $(SIM_PLAYER).d
